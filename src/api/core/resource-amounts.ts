// What a pod needs and a node has, as plain integers: the arithmetic of resources. It knows nothing of placement.

import type { V1Container, V1Node, V1Pod } from '../generated/types.ts';
import { milliUnits, parseQuantity, wholeUnits } from '../quantity.ts';

/** Integers by resource name: cpu in thousandths of a core, everything else in its own unit (bytes, pieces), rounded up. */
export type Amounts = Map<string, number>;

type Quantities = Record<string, string> | undefined;

function amountOf(resource: string, quantity: string): number {
  const parsed = parseQuantity(quantity);
  return resource === 'cpu' ? milliUnits(parsed) : wholeUnits(parsed);
}

export function parseAmounts(quantities: Quantities): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, quantity] of Object.entries(quantities ?? {}))
    amounts.set(name, amountOf(name, quantity));
  return amounts;
}

/** Adds `more` (times `sign`) to `into`, in place. */
export function addAmounts(into: Amounts, more: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of more) into.set(name, (into.get(name) ?? 0) + sign * amount);
}

function raiseTo(into: Amounts, floor: Amounts): void {
  for (const [name, amount] of floor) into.set(name, Math.max(into.get(name) ?? 0, amount));
}

/** Requests assumed for scoring only where a container names none, so that such pods spread too (as kube-scheduler does). */
const assumedRequests: Amounts = new Map([
  ['cpu', 100],
  ['memory', 200 * 1024 * 1024],
]);

function containerAmounts(container: V1Container, assume: boolean): Amounts {
  const amounts = parseAmounts(container.resources?.requests);
  if (!assume) return amounts;
  for (const [name, amount] of assumedRequests) if (!amounts.has(name)) amounts.set(name, amount);
  return amounts;
}

function isSidecar(container: V1Container): boolean {
  return container.restartPolicy === 'Always';
}

/**
 * What the pod needs at its peak: its containers and sidecars together, or an init container with the sidecars
 * started before it, whichever is more; plus the overhead (KEP-753, KEP-688). `assume` fills in scoring's defaults.
 */
export function podAmounts(pod: V1Pod, assume = false): Amounts {
  const total: Amounts = new Map();
  const sidecars: Amounts = new Map();
  const initPeak: Amounts = new Map();
  for (const container of pod.spec.containers ?? []) addAmounts(total, containerAmounts(container, assume));
  for (const container of pod.spec.initContainers ?? []) {
    const own = containerAmounts(container, assume);
    if (isSidecar(container)) addAmounts(sidecars, own);
    else addAmounts(own, sidecars);
    raiseTo(initPeak, isSidecar(container) ? sidecars : own);
  }
  addAmounts(total, sidecars);
  raiseTo(total, initPeak);
  addAmounts(total, parseAmounts(pod.spec.overhead));
  return total;
}

/** What pods may use on the node: its allocatable, or its capacity where it reports no allocatable. */
export function nodeAmounts(node: V1Node): Amounts {
  return parseAmounts(node.status?.allocatable ?? node.status?.capacity);
}
