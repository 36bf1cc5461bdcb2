// relevo snapshot: all objects of a cluster in one file, and back.

import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { restoreClusterSnapshot, saveClusterSnapshot } from '../daemon/cluster-snapshot.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { noCluster } from './cluster-client.ts';
import type { Messages } from './messages/en.ts';
import { withProgress } from './progress.ts';
import { clusterOf, messagesOf, verb, withCommonOptions } from './verb.ts';

interface Options {
  data?: string;
}

type Action = (cluster: ClusterDir, file: string, messages: Messages) => Promise<void>;

export function command(): Command {
  const snapshot = verb('snapshot');
  add(snapshot, 'save', 'write all objects into a file, while the cluster runs or not', save);
  add(snapshot, 'restore', 'put the objects of a file in place of those of a stopped cluster', restore);
  return snapshot;
}

function add(snapshot: Command, name: string, summary: string, action: Action): void {
  withCommonOptions(snapshot.command(name))
    .summary(summary)
    .description(summary)
    .argument('<file>')
    .option('--data <folder>', 'where the data is, when "up" was told so')
    .action(async (file: string, { data }: Options, self: Command) => {
      await action(clusterOf(self, data), path.resolve(file), messagesOf(self));
    });
}

async function save(cluster: ClusterDir, file: string, { snapshot }: Messages): Promise<void> {
  // Said of the cluster, not of its files.
  if (!cluster.running() && !existsSync(cluster.data)) throw new Error(noCluster(cluster));
  await withProgress(snapshot.saving(), saveClusterSnapshot(cluster, file));
  process.stdout.write(`${snapshot.saved(cluster.name, file)}\n`);
}

async function restore(cluster: ClusterDir, file: string, { snapshot }: Messages): Promise<void> {
  const replaced = await withProgress(snapshot.restoring(), restoreClusterSnapshot(cluster, file));
  process.stdout.write(`${snapshot.restored(cluster.name, file)}\n`);
  if (replaced !== undefined) process.stdout.write(`${snapshot.replaced(replaced)}\n`);
}
