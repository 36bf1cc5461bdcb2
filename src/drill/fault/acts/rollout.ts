// Deployments of replicas, and how far a rollout of theirs has come.

import type { V1Deployment, V1OwnerReference, V1Pod } from '../../../api/generated/types.ts';
import type { Client } from '../../../client/client.ts';
import { deployments, pods, replicaSets } from '../../../client/resources.ts';
import type { Victims } from '../fault.ts';

export interface DeploymentName {
  readonly namespace: string;
  readonly name: string;
}

/** The Deployments that own these pods, each once. */
export async function ownersOf(
  client: Client,
  victims: Victims['pods'],
  signal?: AbortSignal,
): Promise<DeploymentName[]> {
  const found = new Map<string, DeploymentName>();
  for (const { namespace, name } of victims) {
    const pod = await client.resource(pods, namespace).find(name, { signal });
    const set = ownerOf(pod?.metadata.ownerReferences, 'ReplicaSet');
    const owner =
      set === undefined ? undefined : await client.resource(replicaSets, namespace).find(set, { signal });
    const deployment = ownerOf(owner?.metadata.ownerReferences, 'Deployment');
    if (deployment !== undefined) found.set(`${namespace}/${deployment}`, { namespace, name: deployment });
  }
  return [...found.values()];
}

/** As `kubectl rollout restart` does it: the template is another one, and nothing of it is different. */
export async function restart(client: Client, name: DeploymentName, signal: AbortSignal): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  const body = { spec: { template: { metadata: { annotations } } } };
  await client.resource(deployments, name.namespace).patch(name.name, body, { type: 'strategic', signal });
}

/** Whether each replica is of the newest template, and available. */
export function isComplete({ metadata, spec, status }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 1;
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status?.replicas ?? 0) === wanted &&
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted
  );
}

/** Of the Deployment's selector, whatever their state. */
export async function podsOfDeployment(
  client: Client,
  { metadata, spec }: V1Deployment,
  signal: AbortSignal,
): Promise<V1Pod[]> {
  const labels = Object.entries(spec?.selector.matchLabels ?? {});
  const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(',');
  const { items } = await client.resource(pods, metadata.namespace).list({ labelSelector, signal });
  return [...items];
}

function ownerOf(owners: readonly V1OwnerReference[] | undefined, kind: string): string | undefined {
  return owners?.find((owner) => owner.kind === kind && owner.controller)?.name;
}
