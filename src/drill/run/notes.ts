// What the drill itself does, as events of its timeline.

import { machineTime } from '../../base/machine-time.ts';
import type { Victims } from '../fault/fault.ts';
import type { Phase, TimelineEvent } from '../timeline/timeline.ts';
import type { FaultRun } from './fault-run.ts';

const own = { uncertaintyMs: 0, source: 'drill' } as const;

export function phaseEvent(phase: Phase, at = machineTime()): TimelineEvent {
  return { ...own, type: 'phase', phase, at, text: phase };
}

export function haltEvent(reason: string): TimelineEvent {
  return { ...own, type: 'halted', reason, at: machineTime(), text: `halted: ${reason}` };
}

export function recoveredEvent(at: number): TimelineEvent {
  return { ...own, type: 'recovered', at, text: 'all is well again' };
}

/** The moments of a fault that have come; each is told once, when it has. */
export function faultEvent(
  { options: { fault, index }, state }: FaultRun,
  what: 'injected' | 'proven' | 'undone',
): TimelineEvent {
  const victims = victimsInWords(state.victims);
  const shared = { ...own, fault: fault.name, step: index, ...(victims ? { subject: victims } : {}) };
  const whom = victims && ` (${victims})`;
  if (what === 'proven' && state.proof) {
    const { at, uncertaintyMs, evidence } = state.proof;
    return {
      ...shared,
      type: 'fault-proven',
      at,
      uncertaintyMs,
      text: `${fault.name} proven${whom}: ${evidence}`,
    };
  }
  const at = (what === 'undone' ? state.undoneAt : state.injectedAt) ?? machineTime();
  return what === 'undone'
    ? { ...shared, type: 'fault-undone', at, text: `${fault.name} taken back${whom}` }
    : { ...shared, type: 'fault-injected', at, text: `${fault.name}${whom}` };
}

/** Empty: nobody in particular. */
export function victimsInWords({ pods, nodes, balancer, controlPlane }: Victims): string {
  const named = nodes.length > 0 ? nodes : pods.map(({ name }) => name);
  return [...named, ...(balancer ? ['balancer'] : []), ...(controlPlane ? ['control plane'] : [])].join(', ');
}
