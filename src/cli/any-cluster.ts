// For verbs that serve any cluster: the one that a kubeconfig names, else the cluster of the command.

import type { Command } from 'commander';
import { Client } from '../client/client.ts';
import { HttpsTransport } from '../client/https-transport.ts';
import { kubeconfigPaths, loadKubeconfig } from '../client/kubeconfig.ts';
import { type Connection, connectionOf } from '../client/kubeconfig-connection.ts';
import { withClient } from './cluster-client.ts';
import { clusterOf } from './verb.ts';

export interface KubeconfigOptions {
  kubeconfig?: string;
  context?: string;
}

export function withKubeconfigOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'another cluster: the one that this kubeconfig names')
    .option('--context <context>', 'of the kubeconfig; without --kubeconfig of your own one');
}

/** Undefined where neither option is given. Throws KubeconfigError. */
export async function connectionFor({
  kubeconfig,
  context,
}: KubeconfigOptions): Promise<Connection | undefined> {
  if (kubeconfig === undefined && context === undefined) return undefined;
  const paths = kubeconfig === undefined ? kubeconfigPaths() : [kubeconfig];
  return connectionOf(await loadKubeconfig(paths), context);
}

/** As withClient(), for whichever cluster is meant. */
export async function withAnyClient<T>(
  self: Command,
  options: KubeconfigOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await connectionFor(options);
  if (!connection) return withClient(clusterOf(self), work);
  const transport = new HttpsTransport(connection.transport);
  try {
    return await work(new Client(transport, { userAgent: 'relevo-cli' }));
  } finally {
    await transport.close();
  }
}
