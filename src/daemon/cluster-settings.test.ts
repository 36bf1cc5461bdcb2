import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { keepSettings, namesOf, readSettings } from './cluster-settings.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'relevo-settings-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('the next start finds what the last one was told, the first one the defaults', () => {
  assert.deepEqual(readSettings(dataDir), {
    apiPort: 6443,
    nodes: 3,
    runtime: 'process',
    network: 'auto',
    engine: 'embedded',
    accessLogFormat: 'httplog',
    listen: '127.0.0.1',
  });
  const settings = {
    apiPort: 6444,
    nodes: 100,
    runtime: 'simulated',
    network: 'loopback',
    engine: 'haproxy',
    accessLogFormat: 'json',
    listen: '0.0.0.0',
  } as const;
  keepSettings(dataDir, settings);
  assert.deepEqual(readSettings(dataDir), settings);
});

test('a damaged file is told, not overwritten with defaults', () => {
  const damaged = [
    '',
    '{"apiPort":',
    '{"apiPort": -3}',
    '{"nodes": "many"}',
    '{"runtime": "vm"}',
    '{"accessLogFormat": "xml"}',
    '{"listen": "everywhere"}',
    '{"loopback": 0}',
    '{"members": [{"name": "A B", "index": 1}]}',
  ];
  for (const text of damaged) {
    writeFileSync(path.join(dataDir, 'cluster.json'), text);
    assert.throws(() => readSettings(dataDir), /cluster\.json is damaged: /, text);
  }
});

test('nodes are numbered until somebody adds or removes one; simulated ones always are', () => {
  const settings = readSettings(dataDir);
  assert.deepEqual(namesOf(settings), ['node-1', 'node-2', 'node-3']);
  const members = [
    { name: 'attic', index: 2 },
    { name: 'node-7', index: 7, stopped: true as const },
  ];
  keepSettings(dataDir, { ...settings, nodes: 2, members });
  const kept = readSettings(dataDir);
  assert.deepEqual(kept.members, members);
  assert.deepEqual(namesOf(kept), ['attic', 'node-7']);
  assert.deepEqual(namesOf({ ...kept, runtime: 'simulated' }), ['node-1', 'node-2']);
});
