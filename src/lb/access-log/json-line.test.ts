import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessLogEntry } from './entry.ts';
import { jsonLine } from './json-line.ts';

const entry: AccessLogEntry = {
  ...{ at: 0, clientAddress: '::1', clientPort: 1, frontend: 'web', tls: true, backend: 'app', server: 's1' },
  ...{
    requestMs: 0,
    queueMs: 1,
    connectMs: 2,
    responseMs: 3,
    totalMs: 4,
    status: 200,
    bytesOut: 5,
    bytesIn: 6,
  },
  ...{ termination: '----', actconn: 1, feconn: 2, beconn: 3, srvConn: 4, retries: 0, redispatched: false },
  ...{
    serverQueue: 0,
    backendQueue: 0,
    method: 'GET',
    target: '/a',
    minor: 1,
    outcome: 'ok',
    requestId: 'r',
  },
};

test('a line is one object', () => {
  const line = JSON.parse(jsonLine(entry));
  assert.equal(line.time, '1970-01-01T00:00:00.000Z');
  assert.equal(line.version, 'HTTP/1.1');
  assert.deepEqual(
    [line.client, line.server, line.status, line.outcome, line.requestId, line.totalMs],
    ['::1', 's1', 200, 'ok', 'r', 4],
  );
});

test('what is not known is left out', () => {
  const line = JSON.parse(jsonLine({ ...entry, server: undefined, minor: undefined, status: 0 }));
  for (const name of ['server', 'version', 'status', 'userAgent']) assert.ok(!(name in line), name);
});

test('nothing that a client sends breaks the line or reaches a terminal', () => {
  const userAgent = 'a\r\n"\\\0\x1b[31m\x7f\x9b\u2028\u2029';
  const line = jsonLine({ ...entry, userAgent });
  assert.match(line, /^[ -~]+$/);
  assert.equal(JSON.parse(line).userAgent, userAgent);
});
