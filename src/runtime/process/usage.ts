// What programs use, from /proc: all processes of each program's session. Without /proc nothing can be measured.

import { readFileSync } from 'node:fs';
import { processIds } from '../../base/process-files.ts';

export interface Usage {
  /** Since the program's start, its ended children included as far as they were waited for. */
  cpuCoreNanoseconds: number;
  memoryWorkingSetBytes: number;
}

export interface RatedUsage extends Usage {
  cpuNanocores?: number;
}

interface Sample {
  /** Monotonic milliseconds. */
  at: number;
  cpuCoreNanoseconds: number;
}

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const nanosecondsPerTick = 1e9 / 100;
/** Of x86 and nearly all ARM systems. */
const pageBytes = 4_096;
/** A rate over less would be the clock ticks' noise. */
const shortestWindowMs = 1_000;

/** By session, for every session there is: one pass over /proc serves all programs of a node. */
export function usageBySession(): Map<number, Usage> {
  const usage = new Map<number, Usage>();
  for (const pid of processIds()) {
    const one = usageOf(pid);
    if (!one) continue;
    const sum = usage.get(one.session) ?? { cpuCoreNanoseconds: 0, memoryWorkingSetBytes: 0 };
    sum.cpuCoreNanoseconds += one.cpuCoreNanoseconds;
    sum.memoryWorkingSetBytes += one.memoryWorkingSetBytes;
    usage.set(one.session, sum);
  }
  return usage;
}

/** Turns growing sums into rates; remembers two samples for each key. */
export class UsageRates {
  readonly #samples = new Map<string, { older?: Sample; newer: Sample }>();

  /** `at` is monotonic milliseconds. A sum never shrinks: what a process that went away used stays counted. */
  rated(key: string, usage: Usage, at: number): RatedUsage {
    const known = this.#samples.get(key);
    const cpuCoreNanoseconds = Math.max(usage.cpuCoreNanoseconds, known?.newer.cpuCoreNanoseconds ?? 0);
    const current: Sample = { at, cpuCoreNanoseconds };
    const base = known && at - known.newer.at >= shortestWindowMs ? known.newer : known?.older;
    if (!known || base === known.newer) this.#samples.set(key, { older: known?.newer, newer: current });
    const rate = base && ((cpuCoreNanoseconds - base.cpuCoreNanoseconds) / (at - base.at)) * 1_000;
    return {
      ...usage,
      cpuCoreNanoseconds,
      ...(rate === undefined ? {} : { cpuNanocores: Math.round(rate) }),
    };
  }

  /** Keeps only these. */
  retain(keys: ReadonlySet<string>): void {
    for (const key of this.#samples.keys()) if (!keys.has(key)) this.#samples.delete(key);
  }
}

/** proc_pid_stat(5) and proc_pid_statm(5). Undefined for a process that is gone. */
function usageOf(pid: number): (Usage & { session: number }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Counted after the name, which may hold anything: session is field 6, the four times are 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number);
    return {
      session: Number(fields[3]),
      cpuCoreNanoseconds: ticks * nanosecondsPerTick,
      // Its own memory: the program's text and libraries are the page cache's, which could be given back.
      memoryWorkingSetBytes: ((resident ?? 0) - (shared ?? 0)) * pageBytes,
    };
  } catch {
    return undefined;
  }
}
