import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChanged, parseEnded } from './event-stream.ts';

const head = '<165>1 2026-01-01T00:00:00+00:00 host haproxy 7 - - ';

test('a line about a server names it and its backend', () => {
  const changed = { backend: 'default__web:http', entry: 'web-0.0a1b2c3d4e' };
  for (const line of [
    'Server default__web:http/web-0.0a1b2c3d4e is DOWN, reason: Layer4 timeout, check duration: 1000ms.',
    'Backup Server default__web:http/web-0.0a1b2c3d4e is UP/READY (leaving forced maintenance).',
    'Server default__web:http/web-0.0a1b2c3d4e is going DOWN for maintenance. 2 active and 0 backup servers left.',
  ])
    assert.deepEqual(parseChanged(head + line), changed);
  assert.equal(parseChanged(`${head}Proxy in:web started.`), undefined);
});

test('a line about a request says how it ended, a TLS frontend by its own name', () => {
  const ended = parseEnded(`${head.replace('- - ', '- [ended in:web~ app s1 504 sH -] ')}`);
  assert.deepEqual(
    [ended?.frontend, ended?.backend, ended?.server, ended?.status, ended?.termination],
    ['in:web', 'app', 's1', 504, 'sH'],
  );
  assert.equal(parseEnded(`${head}Server app/s1 is UP`), undefined);
});
