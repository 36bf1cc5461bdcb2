import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AccessLogEntry } from '../../lb/access-log/entry.ts';
import { httplogLine } from '../../lb/access-log/httplog-line.ts';
import { jsonLine } from '../../lb/access-log/json-line.ts';
import { type RecordLine, readRecord } from './record-line.ts';

const entry: AccessLogEntry = {
  ...{
    at: 1_790_000_000_000,
    clientAddress: '127.0.0.1',
    clientPort: 5,
    frontend: 'default/web:http',
    tls: false,
  },
  ...{ backend: 'default/web:http', server: 'web-1', requestMs: 0, queueMs: 1, connectMs: 2, responseMs: 3 },
  ...{ totalMs: 9, status: 200, bytesOut: 100, bytesIn: 50, termination: '----', actconn: 1, feconn: 1 },
  ...{ beconn: 0, srvConn: 0, retries: 0, redispatched: false, serverQueue: 0, backendQueue: 0 },
  ...{ method: 'GET', target: '/', minor: 1, loadId: 'run-0-1', outcome: 'ok' },
};

function read(line: string): RecordLine {
  const record = readRecord(line);
  if (typeof record === 'string') throw new Error(`${record}: ${line}`);
  return record;
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const entries = fc
  .record({
    server: fc.option(name, { nil: undefined }),
    status: fc.constantFrom(0, 200, 302, 404, 500, 503),
    method: fc.constantFrom('GET', 'POST', 'PATCH'),
    target: fc.string({ maxLength: 40 }).map((text) => `/${text}`),
    loadId: fc.option(fc.stringMatching(/^[\w.-]{1,64}$/), { nil: undefined }),
    totalMs: fc.nat(100_000),
    queueMs: fc.integer({ min: -1, max: 1_000 }),
    retries: fc.nat(3),
    redispatched: fc.boolean(),
    termination: fc.constantFrom('----', 'SC--', 'sQ--', 'CD--', 'cD--', 'SH--', 'PR--'),
    tls: fc.boolean(),
  })
  .map((more) => ({ ...entry, ...more }));

test('both forms of a line say the same of a request, and what it was', () => {
  fc.assert(
    fc.property(entries, (one) => {
      const [line, json] = [read(httplogLine(one)), read(jsonLine({ ...one, outcome: undefined }))];
      assert.deepEqual(line, json);
      assert.equal(line.loadId, one.loadId);
      assert.equal(line.server, one.server);
      assert.equal(line.backend, one.backend);
      assert.equal(line.endedAt, one.at + one.totalMs);
      assert.deepEqual(
        [line.retries, line.redispatched, line.method],
        [one.retries, one.redispatched, one.method],
      );
      assert.equal(line.waitedMs, Math.max(0, one.queueMs) + 2);
    }),
  );
});

test("the bin is the balancer's own word where the line has it", () => {
  const record = read(jsonLine({ ...entry, outcome: 'sorry', status: 503, termination: 'SC--' }));
  assert.deepEqual([record.outcome, record.isSure], ['sorry', true]);
});

test('the bin is read from status and termination where it has not', () => {
  const rows: readonly [
    status: number,
    termination: string,
    server: string | undefined,
    outcome: string,
    isSure: boolean,
  ][] = [
    [200, '----', 'a', 'ok', true],
    [101, 'CD--', 'a', 'ok', true],
    [404, '----', 'a', 'clientError', true],
    [500, '----', 'a', 'serverError', true],
    [503, '----', 'a', 'serverError', true],
    [503, 'SC--', undefined, 'sorry', false],
    [503, 'SC--', 'a', 'serverError', false],
    [503, 'sQ--', undefined, 'shed', false],
    [502, 'SH--', 'a', 'serverError', false],
    [200, 'SD--', 'a', 'serverError', true],
    [200, 'CD--', 'a', 'aborted', true],
    [0, 'CQ--', undefined, 'aborted', true],
    [408, 'cR--', undefined, 'clientError', true],
    [413, 'PR--', undefined, 'clientError', true],
  ];
  for (const [status, termination, server, outcome, isSure] of rows) {
    const record = read(httplogLine({ ...entry, status, termination, server }));
    assert.deepEqual(
      [record.outcome, record.isSure],
      [outcome, isSure],
      `${status} ${termination} ${server}`,
    );
  }
});

test("what was never read is nobody's request", () => {
  const refused = { ...entry, method: undefined, target: undefined, status: 400, termination: 'PR--' };
  assert.equal(readRecord(httplogLine(refused)), 'notice');
  assert.equal(readRecord(jsonLine(refused)), 'notice');
});

test('any part of a line is the whole record or none', () => {
  const line = httplogLine(entry);
  for (let end = 0; end < line.length; end++)
    assert.equal(typeof readRecord(line.slice(0, end)), 'string', line.slice(0, end));
  const json = jsonLine(entry);
  for (let end = 1; end < json.length; end++) assert.equal(readRecord(json.slice(0, end)), 'unreadable');
});
