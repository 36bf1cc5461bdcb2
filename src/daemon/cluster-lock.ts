// One supervisor per cluster and per data directory: the folder of a cluster and its data may be paired in more than one way.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type FileLock, tryFileLock } from '../base/file-lock.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';

/** Says by whom, and what to do. */
export class ClusterInUseError extends Error {
  override name = 'ClusterInUseError';
}

/** Throws a ClusterInUseError, in one line with the holder's pid, when the cluster or its data is in use. */
export function lockCluster(cluster: ClusterDir): FileLock {
  const ofCluster = lockFile(
    path.join(cluster.path, 'cluster.lock'),
    `the cluster "${cluster.name}" is running already`,
    `"relevo down --name ${cluster.name}" stops it`,
  );
  try {
    const ofData = lockFile(
      path.join(cluster.data, 'data.lock'),
      `${cluster.data} is in use by another cluster`,
      'stop that one, or choose another folder with --data',
    );
    return {
      release() {
        ofData.release();
        ofCluster.release();
      },
    };
  } catch (error) {
    ofCluster.release();
    throw error;
  }
}

function lockFile(file: string, complaint: string, remedy: string): FileLock {
  const lock = tryFileLock(file);
  if (!lock) throw new ClusterInUseError(`${complaint}${holderOf(file)}; ${remedy}`);
  // For messages only; the lock's own file must not be written.
  writeFileSync(`${file}.pid`, `${process.pid}\n`, { mode: 0o600 });
  return lock;
}

function holderOf(file: string): string {
  try {
    return ` (process ${readFileSync(`${file}.pid`, 'utf8').trim()})`;
  } catch {
    // It has not written it yet.
    return '';
  }
}
