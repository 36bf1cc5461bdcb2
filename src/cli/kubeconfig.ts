// relevo kubeconfig: prints the administrator's kubeconfig of a cluster, or puts it into the user's own.

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { replaceFile } from '../base/replace-file.ts';
import { kubeconfigPaths, parseKubeconfig } from '../client/kubeconfig.ts';
import type { KubeconfigEntry } from '../client/kubeconfig-entry.ts';
import { mergeKubeconfig } from '../client/kubeconfig-merge.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { kubeconfigText } from './cluster-client.ts';
import { clusterOf, verb } from './verb.ts';

interface Options {
  merge?: boolean;
  current: boolean;
}

export function command(): Command {
  return verb('kubeconfig')
    .option('--merge', 'put it into your own kubeconfig ($KUBECONFIG, else ~/.kube/config) instead')
    .option('--no-current', 'with --merge: leave your current context as it is')
    .action(async (options: Options, self: Command) => {
      const cluster = clusterOf(self);
      const text = kubeconfigText(cluster);
      if (options.merge) await merge(cluster, text, options.current);
      else process.stdout.write(text);
    });
}

async function merge(cluster: ClusterDir, text: string, setCurrent: boolean): Promise<void> {
  const file = kubeconfigPaths()[0] as string;
  const { existing, mode } = readUsers(file);
  const merged = mergeKubeconfig(existing, await entryOf(cluster, text), { setCurrent });
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  replaceFile(file, merged, mode);
  process.stdout.write(
    `the context ${cluster.contextName} is in ${file}${setCurrent ? ' and is the current one' : ''}\n`,
  );
}

async function entryOf(cluster: ClusterDir, text: string): Promise<KubeconfigEntry> {
  const config = await parseKubeconfig(text, cluster.kubeconfig);
  const context = config.contexts.get(config.currentContext ?? '')?.value;
  const server = config.clusters.get(context?.cluster ?? '')?.value;
  const user = config.users.get(context?.user ?? '')?.value;
  if (!server || !user)
    throw new Error(`${cluster.kubeconfig} is damaged; "relevo up --name ${cluster.name}" writes it anew`);
  return {
    name: cluster.contextName,
    cluster: server,
    user,
    ...(context?.namespace ? { namespace: context.namespace } : {}),
  };
}

/** A file that does not exist yet is made for its owner only; one that does keeps its mode. */
function readUsers(file: string): { existing: string | undefined; mode: number } {
  try {
    return { existing: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { existing: undefined, mode: 0o600 };
    throw error;
  }
}
