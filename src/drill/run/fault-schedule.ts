// The faults of a drill in their time: each begins at a moment after the calm phase, or after the one before it was proven, and is undone
// after its time where it has one.

import { aborted } from '../../base/aborted.ts';
import type { Clock } from '../../base/clock.ts';
import { machineTime } from '../../base/machine-time.ts';
import { sleep } from '../../base/sleep.ts';
import type { FaultRun } from './fault-run.ts';

export interface ScheduleTools {
  readonly clock: Clock;
  /** Aborted: nothing more is begun, and what is waited for is not. */
  readonly signal: AbortSignal;
  readonly onChange: (run: FaultRun, what: 'injected' | 'proven' | 'not-proven' | 'undone') => void;
}

/**
 * `from` is machineTime() of the end of the calm phase. Resolves when every fault has been proven, or is known not to be, and those that
 * have an end of their own have been undone. Never rejects.
 */
export async function carryOutFaults(
  runs: readonly FaultRun[],
  from: number,
  tools: ScheduleTools,
): Promise<void> {
  await Promise.all(runs.map((run, index) => carryOut(run, runs[index - 1], from, tools)));
}

async function carryOut(
  run: FaultRun,
  before: FaultRun | undefined,
  from: number,
  tools: ScheduleTools,
): Promise<void> {
  const { step } = run.options;
  await begin(run, before, from, tools);
  if (tools.signal.aborted) run.skip();
  if (run.state.injectedAt === undefined) {
    if (!tools.signal.aborted) tools.onChange(run, 'not-proven');
    return;
  }
  tools.onChange(run, 'injected');
  await run.prove(tools.signal);
  tools.onChange(run, run.state.proof ? 'proven' : 'not-proven');
  if (step.forMs === undefined) return;
  const since = run.state.proof?.at ?? machineTime();
  await sleepUntil(since + step.forMs, tools);
  if (tools.signal.aborted) return;
  await run.undo();
  if (run.lasts) tools.onChange(run, 'undone');
}

async function begin(
  run: FaultRun,
  before: FaultRun | undefined,
  from: number,
  tools: ScheduleTools,
): Promise<void> {
  const { signal } = tools;
  const { start } = run.options.step;
  if (start.type === 'after') await Promise.race([before?.proven, aborted(signal)]);
  const since = start.type === 'after' ? (before?.state.proof?.at ?? machineTime()) : from;
  await sleepUntil(since + start.ms, tools);
  if (!signal.aborted) await run.inject(signal);
}

/** machineTime(). */
function sleepUntil(at: number, { clock, signal }: ScheduleTools): Promise<void> {
  return sleep(clock, Math.max(0, at - machineTime()), signal);
}
