// relevo cleanup: removes what clusters that were killed have left on the machine. What runs is not touched.

import type { Command } from 'commander';
import { ClusterInUseError } from '../daemon/cluster-lock.ts';
import { cleanUp, type Leftovers } from '../daemon/leftovers.ts';
import { ClusterDir, clusterNames } from '../machinery/cluster-dir.ts';
import type { Messages } from './messages/en.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { withProgress } from './progress.ts';
import { clusterOf, messagesOf, optionsOf, verb } from './verb.ts';

/** What `-o json` prints, one for each cluster. */
interface CleanedCluster extends Leftovers {
  readonly name: string;
  /** Then nothing was removed. */
  readonly inUse: boolean;
}

export function command(): Command {
  return verb('cleanup')
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nWithout --name it does so for every cluster. What "relevo up" needs to go on is kept.',
    )
    .action(async ({ output }: { output: OutputFormat }, self: Command) => {
      const messages = messagesOf(self);
      const cleaned = await withProgress(messages.cleanup.cleaning(), cleanAll(clustersOf(self)));
      printResult(output, cleaned, () => textOf(cleaned, messages));
    });
}

function clustersOf(self: Command): ClusterDir[] {
  if (optionsOf(self).name !== undefined) return [clusterOf(self)];
  return clusterNames().map((name) => new ClusterDir(name));
}

async function cleanAll(clusters: readonly ClusterDir[]): Promise<CleanedCluster[]> {
  const cleaned: CleanedCluster[] = [];
  for (const cluster of clusters) cleaned.push(await clean(cluster));
  return cleaned;
}

async function clean(cluster: ClusterDir): Promise<CleanedCluster> {
  const { name } = cluster;
  try {
    return { name, inUse: false, ...(await cleanUp(cluster)) };
  } catch (error) {
    if (!(error instanceof ClusterInUseError)) throw error;
    return { name, inUse: true, processes: [], controlGroups: [], files: [] };
  }
}

function textOf(cleaned: readonly CleanedCluster[], { cleanup }: Messages): string {
  if (cleaned.length === 0) return cleanup.noClusters();
  return cleaned.map((each) => lineOf(each, cleanup)).join('\n');
}

function lineOf({ name, inUse, ...left }: CleanedCluster, say: Messages['cleanup']): string {
  if (inUse) return say.runs(name);
  const { processes, controlGroups, files } = left;
  const what = [
    ...(processes.length > 0 ? [say.processes(processes)] : []),
    ...(controlGroups.length > 0 ? [say.controlGroups(controlGroups.length)] : []),
    ...files,
  ];
  return what.length > 0 ? say.removed(name, what.join(', ')) : say.nothing(name);
}
