// Empties a node before it goes: cordoned first, then its pods evicted, budgets respected, until none is left.

import type { V1Pod } from '../api/generated/types.ts';
import { systemClock } from '../base/clock.ts';
import { sleep } from '../base/sleep.ts';
import type { Client } from '../client/client.ts';
import { nodes, pods } from '../client/resources.ts';
import { isStatusError } from '../client/response-error.ts';

const lookEveryMs = 200;

/**
 * Resolves when no pod runs on the node but those of DaemonSets. Rejects, when that takes longer than `timeoutMs`, with the names of those that are left; the node
 * stays cordoned then. A node without a kubelet cannot end its pods: its object is deleted instead of waiting.
 */
export async function drainNode(
  client: Client,
  node: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = systemClock.monotonic() + timeoutMs;
  if (!(await isThere(client, node, signal))) return;
  await client.resource(nodes).patch(node, { spec: { unschedulable: true } }, { signal });
  for (;;) {
    const left = await podsOn(client, node, signal);
    if (left.length === 0) return;
    if (systemClock.monotonic() > deadline) throw notEmptied(node, left, timeoutMs);
    await Promise.all(left.filter(isNotLeaving).map((pod) => evict(client, pod, signal)));
    await sleep(systemClock, lookEveryMs, signal);
    signal.throwIfAborted();
  }
}

async function isThere(client: Client, node: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await client.resource(nodes).find(node, { signal })) !== undefined;
  } catch (cause) {
    signal.throwIfAborted();
    const { message } = cause as Error;
    throw new Error(`the API does not answer (${message}): --force removes ${node} without moving its pods`, {
      cause,
    });
  }
}

async function podsOn(client: Client, node: string, signal: AbortSignal): Promise<readonly V1Pod[]> {
  const fieldSelector = `spec.nodeName=${node}`;
  const { items } = await client.resource(pods).list({ fieldSelector, signal });
  return items.filter((pod) => !hasEnded(pod) && !isOfDaemonSet(pod));
}

function hasEnded({ status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** It would come again at once, and has no other node to go to. */
function isOfDaemonSet({ metadata }: V1Pod): boolean {
  return (
    metadata.ownerReferences?.some(({ kind, controller }) => controller && kind === 'DaemonSet') ?? false
  );
}

function isNotLeaving({ metadata }: V1Pod): boolean {
  return metadata.deletionTimestamp === undefined;
}

/** A budget that forbids it now (429) may allow it later. */
async function evict(client: Client, { metadata }: V1Pod, signal: AbortSignal): Promise<void> {
  const { name, namespace } = metadata;
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  try {
    await client.resource(pods, namespace).createSubresource(name, 'eviction', eviction, { signal });
  } catch (error) {
    if (!isStatusError(error, 404) && !isStatusError(error, 429)) throw error;
  }
}

function notEmptied(node: string, left: readonly V1Pod[], timeoutMs: number): Error {
  const names = left.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
  return new Error(
    `${node} still has ${names} after ${timeoutMs / 1000} s (a disruption budget, or too little room elsewhere?); it stays cordoned: ` +
      `"relevo kubectl -- uncordon ${node}" takes that back, --force removes it all the same`,
  );
}
