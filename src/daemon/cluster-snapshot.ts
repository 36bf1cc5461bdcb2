// Snapshots of a cluster: where its store lies, and that nobody starts it while it is replaced.

import path from 'node:path';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { restoreSnapshot, saveSnapshot } from '../store/sqlite/snapshot.ts';
import { lockCluster } from './cluster-lock.ts';

/** Of a running cluster or of a stopped one. Rejects with StoreFileError and its kind; then `file` is as it was. */
export function saveClusterSnapshot(dir: ClusterDir, file: string): Promise<void> {
  const data = dir.running()?.data ?? dir.data;
  return saveSnapshot(storeIn(data), file);
}

/**
 * Replaces all objects of a stopped cluster, or of one that never was. Resolves with where the ones before are kept, if there were any.
 * Rejects when the cluster runs, or the snapshot cannot be used; then nothing has changed.
 */
export async function restoreClusterSnapshot(dir: ClusterDir, file: string): Promise<string | undefined> {
  dir.create();
  const lock = lockCluster(dir);
  try {
    const { replaced } = await restoreSnapshot(file, storeIn(dir.data));
    return replaced;
  } finally {
    lock.release();
  }
}

/** As control-plane.ts has it. */
function storeIn(data: string): string {
  return path.join(data, 'store');
}
