import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ClusterDir } from '../machinery/cluster-dir.ts';
import { lockCluster } from './cluster-lock.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'relevo-lock-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function clusterDir(name: string, data?: string): ClusterDir {
  const dir = new ClusterDir(name, data === undefined ? { home } : { home, data: path.join(home, data) });
  dir.create();
  return dir;
}

test('a cluster has one supervisor, and so has its data, whatever they are paired with', () => {
  const lock = lockCluster(clusterDir('a', 'data'));
  const holder = `\\(process ${process.pid}\\); `;
  assert.throws(
    () => lockCluster(clusterDir('a', 'data')),
    new RegExp(`cluster "a" is running already ${holder}`),
  );
  assert.throws(() => lockCluster(clusterDir('a', 'other')), /cluster "a" is running already/);
  assert.throws(
    () => lockCluster(clusterDir('b', 'data')),
    new RegExp(`data is in use by another cluster ${holder}`),
  );
  // Neither was kept by an attempt that failed.
  lockCluster(clusterDir('b', 'other')).release();
  lock.release();
  lockCluster(clusterDir('a', 'data')).release();
});
