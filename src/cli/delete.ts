// relevo delete: stops a cluster and removes its folder, data included.

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { cleanUp } from '../daemon/leftovers.ts';
import { stopCluster } from './down.ts';
import { withProgress } from './progress.ts';
import { clusterOf, messagesOf, verb } from './verb.ts';

export function command(): Command {
  return verb('delete').action(async (_options: object, self: Command) => {
    const cluster = clusterOf(self);
    const { up, down, status } = messagesOf(self);
    if (!existsSync(cluster.path)) {
      process.stdout.write(`${status.unknown(cluster.name)}\n`);
      return;
    }
    await withProgress(up.stopping(), stopCluster(cluster));
    // What still runs of it would go on without its files.
    await cleanUp(cluster);
    cluster.remove();
    process.stdout.write(`${down.removed(cluster.path)}\n`);
  });
}
