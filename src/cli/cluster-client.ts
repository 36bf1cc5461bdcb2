// The API of a cluster as its owner reaches it: with the kubeconfig in its folder.

import { Client } from '../client/client.ts';
import { HttpsTransport } from '../client/https-transport.ts';
import { parseKubeconfig } from '../client/kubeconfig.ts';
import { connectionOf } from '../client/kubeconfig-connection.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';

/** Runs `work` with a client that is closed afterwards. Throws when the cluster was never started. */
export async function withClient<T>(
  cluster: ClusterDir,
  work: (client: Client) => Promise<T>,
  options: { requestTimeoutMs?: number } = {},
): Promise<T> {
  const text = cluster.readKubeconfig();
  if (text === undefined) throw new Error(`the cluster "${cluster.name}" has no kubeconfig`);
  const { transport: connection } = await connectionOf(await parseKubeconfig(text, cluster.kubeconfig));
  const transport = new HttpsTransport({ ...connection, ...options });
  try {
    return await work(new Client(transport, { userAgent: 'relevo-cli' }));
  } finally {
    await transport.close();
  }
}
