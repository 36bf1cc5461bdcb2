// A run under way as figures for a screen: what the last second was like, and what has come together so far. Pure.

import type { Plan } from '../../plan/plan.ts';
import type { GeneratorLoad, Second, SecondOfLabel } from '../../results/second.ts';

export interface LiveLabel {
  readonly label: string;
  readonly isTransaction: boolean;
  readonly count: number;
  readonly failed: number;
  /** Of the last second; undefined: it had none. */
  readonly now: SecondOfLabel | undefined;
}

const strainedShare = 0.85;
const strainedLagMs = 5;

export class LiveFigures {
  readonly #labels = new Map<string, LiveLabel>();
  #last: Second | undefined;
  #count = 0;
  #failed = 0;
  #dropped = 0;

  add(second: Second): void {
    this.#last = second;
    this.#count += second.total.count;
    this.#failed += second.total.failed;
    this.#dropped += second.dropped;
    for (const label of this.#labels.values()) this.#labels.set(label.label, { ...label, now: undefined });
    for (const [label, now] of second.labels) {
      const { count = 0, failed = 0 } = this.#labels.get(label) ?? {};
      this.#labels.set(label, {
        ...{ label, isTransaction: now.isTransaction, now },
        ...{ count: count + now.count, failed: failed + now.failed },
      });
    }
  }

  /** Undefined before the first second is over. */
  get last(): Second | undefined {
    return this.#last;
  }

  get count(): number {
    return this.#count;
  }

  get failed(): number {
    return this.#failed;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** In the order in which they came. */
  get labels(): readonly LiveLabel[] {
    return [...this.#labels.values()];
  }
}

/** Whether it comes near to what DRILLS.md calls saturated. */
export function isStrained({ cpu, loop, sendLagMs }: GeneratorLoad): boolean {
  return cpu > strainedShare || loop > strainedShare || sendLagMs > strainedLagMs;
}

/** How long the plan means to go on, in milliseconds; undefined where that depends on the answers. */
export function plannedMs({ groups, oneAfterTheOther }: Plan): number | undefined {
  if (groups.some(({ kind }) => kind === 'setUp')) return undefined;
  const times = groups.filter(({ kind }) => kind === 'main').map(timeOf);
  const whole = oneAfterTheOther ? times.reduce((sum, time) => sum + time, 0) : Math.max(...times);
  return whole > 0 && Number.isFinite(whole) ? whole : undefined;
}

/** NaN where nobody knows. */
function timeOf({ load }: Plan['groups'][number]): number {
  if (load.model === 'open') return load.stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return load.loops === undefined || load.durationMs !== undefined
    ? Number(load.delayMs) + Number(load.durationMs)
    : Number.NaN;
}
