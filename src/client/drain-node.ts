// Empties a node: cordoned first, then its pods evicted, budgets respected, until none is left.

import { hasEnded } from '../api/core/pod-phase.ts';
import type { V1Pod } from '../api/generated/types.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { sleep } from '../base/sleep.ts';
import type { Client } from './client.ts';
import { evictPod } from './evict-pod.ts';
import { nodes, pods } from './resources.ts';

const lookEveryMs = 200;

export interface DrainOptions {
  /** How long its pods may take to leave. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** Pods were still there when the time was over; the node stays cordoned. */
export class NotEmptied extends Error {
  override name = 'NotEmptied';
  readonly node: string;
  /** NAMESPACE/NAME of each. */
  readonly left: readonly string[];

  constructor(node: string, left: readonly string[], timeoutMs: number) {
    const why = 'a disruption budget, or too little room elsewhere?';
    super(`${node} still has ${left.join(', ')} after ${timeoutMs / 1000} s (${why}); it stays cordoned`);
    this.node = node;
    this.left = left;
  }
}

/**
 * Resolves when no pod runs on the node but those of DaemonSets; the node has to be there. Rejects with NotEmptied, with the signal's reason,
 * and with what the API refuses. A node without a kubelet cannot end its pods: its object is deleted instead of waiting.
 */
export async function drainNode(
  client: Client,
  node: string,
  { timeoutMs, signal, clock = systemClock }: DrainOptions,
): Promise<void> {
  const deadline = clock.monotonic() + timeoutMs;
  await client.resource(nodes).patch(node, { spec: { unschedulable: true } }, { signal });
  for (;;) {
    const left = await podsOn(client, node, signal);
    if (left.length === 0) return;
    if (clock.monotonic() > deadline) throw new NotEmptied(node, left.map(nameOf), timeoutMs);
    // A budget that forbids it now may allow it later.
    await Promise.all(left.filter(isNotLeaving).map((pod) => evictPod(client, pod.metadata, { signal })));
    await sleep(clock, lookEveryMs, signal);
    signal.throwIfAborted();
  }
}

async function podsOn(client: Client, node: string, signal: AbortSignal): Promise<readonly V1Pod[]> {
  const fieldSelector = `spec.nodeName=${node}`;
  const { items } = await client.resource(pods).list({ fieldSelector, signal });
  return items.filter((pod) => !hasEnded(pod) && !isOfDaemonSet(pod));
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

function nameOf({ metadata }: V1Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}
