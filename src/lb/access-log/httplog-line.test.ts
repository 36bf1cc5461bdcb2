import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessLogEntry } from './entry.ts';
import { httplogLine, tcplogLine } from './httplog-line.ts';

// Local time, as HAProxy's: the same numbers in every zone.
const at = new Date(2026, 10, 1, 9, 5, 7, 42).getTime();
const entry: AccessLogEntry = {
  ...{
    at,
    clientAddress: '127.0.0.1',
    clientPort: 36426,
    frontend: 'web',
    tls: false,
    backend: 'app',
    server: 's1',
  },
  ...{
    requestMs: 0,
    queueMs: 1,
    connectMs: 2,
    responseMs: 6,
    totalMs: 9,
    status: 200,
    bytesOut: 106,
    bytesIn: 80,
  },
  ...{ termination: '--NI', actconn: 3, feconn: 2, beconn: 1, srvConn: 1, retries: 0, redispatched: false },
  ...{ serverQueue: 0, backendQueue: 4, method: 'GET', target: '/a%20b?x=y%23', minor: 1 },
};

test('a line is as HAProxy writes it', () => {
  assert.equal(
    httplogLine(entry),
    '127.0.0.1:36426 [01/Nov/2026:09:05:07.042] web app/s1 0/1/2/6/9 200 106 - - --NI 3/2/1/1/0 0/4 "GET /a%20b?x=y%23 HTTP/1.1"',
  );
});

test('a line of a connection in mode tcp is as HAProxy writes it', () => {
  assert.equal(
    tcplogLine({ ...entry, termination: 'CD--', tls: true }),
    '127.0.0.1:36426 [01/Nov/2026:09:05:07.042] web~ app/s1 1/2/9 106 CD 3/2/1/1/0 0/4',
  );
});

test('what did not happen, and who was not there, is told as HAProxy tells it', () => {
  const refused: AccessLogEntry = {
    ...{
      ...entry,
      backend: undefined,
      server: undefined,
      method: undefined,
      target: undefined,
      minor: undefined,
    },
    ...{ requestMs: -1, queueMs: -1, connectMs: -1, responseMs: -1, totalMs: 0, status: 400, bytesOut: 0 },
    ...{ termination: 'PR--', beconn: 0, srvConn: 0, backendQueue: 0 },
  };
  assert.equal(
    httplogLine(refused),
    '127.0.0.1:36426 [01/Nov/2026:09:05:07.042] web web/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 3/2/0/0/0 0/0 "<BADREQ>"',
  );
  assert.match(httplogLine({ ...refused, status: 0 }), / -1\/-1\/-1\/-1\/0 -1 0 - - /);
});

test('a load id stands where HAProxy has captured headers', () => {
  assert.match(httplogLine({ ...entry, loadId: 'run-1-2' }), / 0\/4 \{run-1-2\} "GET /);
});

test('TLS and redispatches have their marks', () => {
  const line = httplogLine({ ...entry, tls: true, retries: 2, redispatched: true });
  assert.match(line, / web~ app\/s1 /);
  assert.match(line, / 3\/2\/1\/1\/\+2 0\/4 /);
});

test('what is not printable, quotes and the sign of escapes are escaped', () => {
  assert.match(
    httplogLine({ ...entry, target: '/"#\x01\x7f\xe9\r\n' }),
    /"GET \/#22#23#01#7F#E9#0D#0A HTTP\/1\.1"$/,
  );
});

test('a long request line is cut', () => {
  const line = httplogLine({ ...entry, target: `/${'a'.repeat(5_000)}` });
  assert.equal(/"(.*)"$/.exec(line)?.[1]?.length, 1_024);
});

test('the time goes on', () => {
  const time = (plus: number) => /\[.*:(.*)\]/.exec(httplogLine({ ...entry, at: at + plus }))?.[1];
  assert.deepEqual([0, 957.9, 958, 1_000, -43].map(time), ['07.042', '07.999', '08.000', '08.042', '06.999']);
});
