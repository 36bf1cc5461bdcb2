import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { keepSettings, readSettings } from './cluster-settings.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'relevo-settings-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('the next start finds what the last one was told, the first one the defaults', () => {
  assert.deepEqual(readSettings(dataDir), { apiPort: 6443, nodes: 3, runtime: 'process' });
  const settings = { apiPort: 6444, nodes: 100, runtime: 'simulated' } as const;
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
    '{"loopback": 0}',
  ];
  for (const text of damaged) {
    writeFileSync(path.join(dataDir, 'cluster.json'), text);
    assert.throws(() => readSettings(dataDir), /cluster\.json is damaged: /, text);
  }
});
