// How long replicas were missing: from the proof of a fault to all expected ones being ready again (DRILLS.md, "Clocks"). Pure.

import type { ReadinessStep } from '../timeline/observer.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { type Told, told } from '../told.ts';
import type { Measured } from '../verdict/evidence.ts';
import type { MeasuredFault } from './measured-fault.ts';
import { never, noFault, notProven, unknown } from './window.ts';

export interface CapacityRtoOptions {
  /** In the order of their injections. */
  readonly faults: readonly MeasuredFault[];
  /** From before the first fault on. */
  readonly readiness: readonly ReadinessStep[];
  readonly events: readonly TimelineEvent[];
}

interface Deficit {
  readonly from: number;
  /** Undefined: it lasted to the end. */
  readonly end?: ReadinessStep;
}

/** The longest of all faults. */
export function capacityRto({ faults, readiness, events }: CapacityRtoOptions): Measured {
  if (faults.length === 0) return unknown('ms', noFault);
  const deficits = deficitsOf(readiness, faults[0]?.injectedAt ?? 0);
  const all = faults.map((fault, index) => {
    const until = faults[index + 1]?.injectedAt ?? Number.POSITIVE_INFINITY;
    const own = deficits.filter(({ from }) => from >= fault.injectedAt && from < until);
    return ofFault(fault, own, { events, until, steps: readiness.length });
  });
  const undecided = all.find(({ value }) => value === undefined);
  return all.find(({ broken }) => broken) ?? undecided ?? longest(all);
}

function longest(all: readonly Measured[]): Measured {
  return all.reduce((worst, one) => (Number(one.value) > Number(worst.value) ? one : worst));
}

/** As many as were wanted, or as were there when the first fault began. */
function deficitsOf(readiness: readonly ReadinessStep[], injectedAt: number): Deficit[] {
  const before = readiness.findLast(({ at }) => at <= injectedAt)?.ready ?? 0;
  const deficits: Deficit[] = [];
  let from: number | undefined;
  for (const step of readiness) {
    const isMissing = step.ready < (step.wanted ?? before);
    if (isMissing) from ??= step.at;
    else if (from !== undefined) {
      deficits.push({ from, end: step });
      from = undefined;
    }
  }
  return from === undefined ? deficits : [...deficits, { from }];
}

interface Seen {
  readonly events: readonly TimelineEvent[];
  readonly until: number;
  readonly steps: number;
}

function ofFault(fault: MeasuredFault, own: readonly Deficit[], seen: Seen): Measured {
  const { proof, name, victims } = fault;
  if (!proof) return unknown('ms', notProven(name));
  const last = own.at(-1);
  if (last && !last.end) return never('ms', stillMissing, seen.steps);
  const end = last?.end ?? backAgain(fault, seen);
  if (end) {
    const uncertainty = proof.uncertaintyMs + end.uncertaintyMs;
    return { value: Math.max(0, end.at - proof.at), unit: 'ms', uncertainty, samples: seen.steps };
  }
  if (victims.pods.length === 0) return { value: 0, unit: 'ms', uncertainty: 0, samples: seen.steps };
  return unknown('ms', unseen(name), seen.steps);
}

const stillMissing = told(
  'replicas were still missing when the drill ended',
  'aún faltaban réplicas al acabar el simulacro',
);

function unseen(fault: string): Told {
  return told(
    `nobody saw that a replica was missing after ${fault}`,
    `nadie vio que faltara una réplica tras ${fault}`,
  );
}

/** Sooner than its readiness could show it: started again, or used again by the balancer. */
function backAgain(
  { victims, injectedAt }: MeasuredFault,
  { events, until }: Seen,
): TimelineEvent | undefined {
  const uids = new Set(victims.pods.map(({ uid }) => uid));
  const own = events.filter(
    ({ podUid, at }) => podUid !== undefined && uids.has(podUid) && at >= injectedAt && at < until,
  );
  const restarted = own.findLast(({ type }) => type === 'pod-restarted' || type === 'pod-gone');
  const wasOut = own.some(({ type }) => type === 'server-out');
  return restarted ?? (wasOut ? own.findLast(({ type }) => type === 'server-in') : undefined);
}
