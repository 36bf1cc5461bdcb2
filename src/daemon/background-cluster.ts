// Starts a cluster in the background and follows it until it is ready.

import { type ChildProcess, fork } from 'node:child_process';
import { closeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryUrl } from '../base/entry.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { openLog } from '../machinery/log-file.ts';
import type { ClusterEvent, ClusterInfo, ClusterOptions } from './cluster.ts';
import type { BackgroundConfig, BackgroundMessage } from './cluster-process.ts';

/**
 * Like startCluster(), in a process of its own that goes on when this one ends; what it says later is in up.log in the cluster's folder.
 * An abort before it is ready stops it.
 */
export async function startBackgroundCluster(
  dir: ClusterDir,
  options: ClusterOptions,
  onEvent: (event: ClusterEvent) => void,
  signal?: AbortSignal,
): Promise<ClusterInfo> {
  signal?.throwIfAborted();
  dir.create();
  const log = path.join(dir.path, 'up.log');
  const fd = openLog(log);
  const child = fork(fileURLToPath(entryUrl('daemon/cluster-process')), [], {
    stdio: ['ignore', fd, fd, 'ipc'],
    detached: true,
  });
  closeSync(fd);
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  child.send({ name: dir.name, home: dir.home, data: dir.data, options } satisfies BackgroundConfig);
  try {
    return await readiness(child, log, onEvent);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', stop);
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function readiness(
  child: ChildProcess,
  log: string,
  onEvent: (event: ClusterEvent) => void,
): Promise<ClusterInfo> {
  let reason = `the cluster ended before it was ready; ${log} says more`;
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Not when it says so: until it has ended, it is in the way of whoever tries again at once.
    child.on('exit', () => reject(new Error(reason)));
    child.on('message', (message: BackgroundMessage) => {
      if ('event' in message) onEvent(message.event);
      else if ('ready' in message) resolve(message.ready);
      else reason = message.failed;
    });
  });
}
