// The API of a cluster as its owner reaches it: with the kubeconfig in its folder.

import { Client } from '../client/client.ts';
import { HttpsTransport } from '../client/https-transport.ts';
import { parseKubeconfig } from '../client/kubeconfig.ts';
import { connectionOf } from '../client/kubeconfig-connection.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';

/** Throws when the cluster was never started. */
export function kubeconfigText(cluster: ClusterDir): string {
  const text = cluster.readKubeconfig();
  if (text === undefined) throw new Error(noCluster(cluster));
  return text;
}

/** As an error says it. */
export function noCluster({ name }: ClusterDir): string {
  return `there is no cluster "${name}"; "relevo up --name ${name}" makes one`;
}

/** Runs `work` with a client that is closed afterwards. Throws when the cluster was never started. */
export async function withClient<T>(
  cluster: ClusterDir,
  work: (client: Client) => Promise<T>,
  options: { requestTimeoutMs?: number } = {},
): Promise<T> {
  const kubeconfig = await parseKubeconfig(kubeconfigText(cluster), cluster.kubeconfig);
  const { transport: connection } = await connectionOf(kubeconfig);
  const transport = new HttpsTransport({ ...connection, ...options });
  try {
    return await work(new Client(transport, { userAgent: 'relevo-cli' }));
  } finally {
    await transport.close();
  }
}
