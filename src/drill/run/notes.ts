// What the drill itself does, as events of its timeline.

import { machineTime } from '../../base/machine-time.ts';
import type { Victims } from '../fault/fault.ts';
import type { Phase, TimelineEvent } from '../timeline/timeline.ts';
import { asIs, joined, type Told, told } from '../told.ts';
import type { FaultRun } from './fault-run.ts';

const own = { uncertaintyMs: 0, source: 'drill' } as const;

export function phaseEvent(phase: Phase, at = machineTime()): TimelineEvent {
  return { ...own, type: 'phase', phase, at, text: phase };
}

export function haltEvent(reason: Told): TimelineEvent {
  return { ...own, type: 'halted', reason, at: machineTime(), text: `halted: ${reason.en}` };
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
  const subject = victims ? { subject: victims.en } : {};
  const shared = { ...own, fault: fault.name, step: index, ...subject, ...(victims ? { victims } : {}) };
  const whom = victims ? ` (${victims.en})` : '';
  if (what === 'proven' && state.proof) {
    const { at, uncertaintyMs, evidence } = state.proof;
    return {
      ...shared,
      type: 'fault-proven',
      at,
      uncertaintyMs,
      evidence,
      text: `${fault.name} proven${whom}: ${evidence.en}`,
    };
  }
  const at = (what === 'undone' ? state.undoneAt : state.injectedAt) ?? machineTime();
  return what === 'undone'
    ? { ...shared, type: 'fault-undone', at, text: `${fault.name} taken back${whom}` }
    : { ...shared, type: 'fault-injected', at, text: `${fault.name}${whom}` };
}

/** Undefined: nobody in particular. */
export function victimsInWords({ pods, nodes, balancer, controlPlane }: Victims): Told | undefined {
  const named = nodes.length > 0 ? nodes : pods.map(({ name }) => name);
  const all = [
    ...named.map(asIs),
    ...(balancer ? [told('balancer', 'balanceador')] : []),
    ...(controlPlane ? [told('control plane', 'plano de control')] : []),
  ];
  return all.length === 0 ? undefined : joined(all, ', ');
}
