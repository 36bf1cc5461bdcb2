// relevo down: stops a cluster that runs in another shell or in the background. Everything is kept.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { processIdentity } from '../base/process-identity.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { withProgress } from './progress.ts';
import { clusterOf, messagesOf, verb } from './verb.ts';

const stopTimeoutMs = 60_000;

export function command(): Command {
  return verb('down').action(async (_options: object, self: Command) => {
    const cluster = clusterOf(self);
    const { up, status } = messagesOf(self);
    const stopped = await withProgress(up.stopping(), stopCluster(cluster));
    process.stdout.write(`${stopped ? up.stopped() : status.notRunning(cluster.name)}\n`);
  });
}

/** Asks the supervisor to stop and waits until it is gone; false when the cluster did not run. Throws after a minute. */
export async function stopCluster(cluster: ClusterDir): Promise<boolean> {
  const running = cluster.running();
  if (!running) return false;
  process.kill(running.pid, 'SIGTERM');
  const deadline = performance.now() + stopTimeoutMs;
  // Its record goes before its lock does: whoever starts it again at once must not find it locked.
  while (processIdentity(running.pid) === running.identity) {
    if (performance.now() > deadline) {
      throw new Error(
        `the cluster "${cluster.name}" (pid ${running.pid}) has not stopped after ${stopTimeoutMs / 1000} s`,
      );
    }
    await sleep(20);
  }
  return true;
}
