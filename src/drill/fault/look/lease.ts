// A node's sign of life: its Lease, which its kubelet renews every second (on Kubernetes every ten).

import type { Client } from '../../../client/client.ts';
import { leases } from '../../../client/resources.ts';

const namespace = 'kube-node-lease';

/** When it was renewed last, as the API has it; undefined where there is none. Rejects when the API does not answer. */
export async function renewTime(
  client: Client,
  node: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const lease = await client.resource(leases, namespace).find(node, { signal });
  return lease?.spec?.renewTime;
}
