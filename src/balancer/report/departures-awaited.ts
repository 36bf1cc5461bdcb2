// Whether pods are told to end only when balancers have let go of them: kubelets other than Relevo's do not wait. Pure.

import type { V1Condition, V1Node } from '../../api/generated/types.ts';
import { awaitsBalancers, departuresAwaitedType as type } from '../../api/relevo/departure.ts';
import { timestamp } from '../../api/timestamp.ts';

/** So many nodes are named. */
const mostNames = 3;

/** Of all nodes of the cluster. `before` as it was told last: it says since when. */
export function departuresAwaited(
  nodes: readonly V1Node[],
  before: V1Condition | undefined,
  nowMs: number,
): V1Condition {
  const found = verdict(nodes);
  const lastTransitionTime = before?.status === found.status ? before.lastTransitionTime : timestamp(nowMs);
  return { type, ...found, lastTransitionTime };
}

function verdict(nodes: readonly V1Node[]): Pick<V1Condition, 'status' | 'reason' | 'message'> {
  if (nodes.length === 0) return { status: 'Unknown', reason: 'NoNodes', message: 'there is no node' };
  const others = nodes.filter((node) => !awaitsBalancers(node));
  if (others.length === 0) {
    const message = 'every kubelet tells a pod to end only when nothing is under way to it any more';
    return { status: 'True', reason: 'KubeletsWait', message };
  }
  return { status: 'False', reason: 'KubeletsDoNotWait', message: weakerPromise(others, nodes.length) };
}

function weakerPromise(others: readonly V1Node[], all: number): string {
  const names = others.map(({ metadata }) => metadata.name).sort();
  const named = names.length > mostNames ? `${names.slice(0, mostNames).join(', ')}, …` : names.join(', ');
  return (
    `the kubelets of ${others.length} of ${all} nodes (${named}) do not wait for balancers: a pod there is told to end while requests are ` +
    'under way to it, and may get new ones until the balancer hears of it; give its containers a preStop hook that sleeps 5 seconds, or ' +
    'as long as the longest request where that is longer, and less than terminationGracePeriodSeconds'
  );
}
