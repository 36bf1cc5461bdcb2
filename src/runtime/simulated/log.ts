// What a simulated container "writes": a line when it starts, one every ten seconds, one when it ends. Nothing is stored: the lines follow from
// when it ran.

import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/sleep.ts';
import type { LogLine, LogOptions } from '../runtime.ts';
import type { SimulatedContainer } from './container.ts';

const everyMs = 10_000;
/** How often one that follows looks whether the container has ended. */
const lookEveryMs = 500;

export async function* simulatedLog(
  container: SimulatedContainer,
  clock: Clock,
  options: LogOptions,
  signal?: AbortSignal,
): AsyncIterable<LogLine> {
  const { tailLines = Number.POSITIVE_INFINITY, sinceMs = 0, follow } = options;
  const now = lineCount(container, clock);
  let next = Math.max(0, now - tailLines);
  for (;;) {
    for (const count = lineCount(container, clock); next < count; next++) {
      if (signal?.aborted) return;
      const line = lineAt(container, next);
      if (Date.parse(line.time) >= sinceMs) yield line;
    }
    if (!follow || !container.isRunning) return;
    await sleep(clock, lookEveryMs, signal);
    if (signal?.aborted) return;
  }
}

/** How many lines there are by now: the first, one per period, and the last. */
function lineCount({ snapshot }: SimulatedContainer, clock: Clock): number {
  return 1 + periods(snapshot.startedAt, snapshot.exit?.finishedAt ?? clock.now()) + (snapshot.exit ? 1 : 0);
}

function periods(from: number, until: number): number {
  return Math.max(0, Math.floor((until - from) / everyMs));
}

function lineAt({ snapshot }: SimulatedContainer, index: number): LogLine {
  const { startedAt, exit, name, attempt } = snapshot;
  const isLast = exit !== undefined && index === 1 + periods(startedAt, exit.finishedAt);
  const at = isLast ? exit.finishedAt : startedAt + index * everyMs;
  const text = isLast
    ? `simulated container ${name} ended with exit code ${exit.exitCode}`
    : index === 0
      ? `simulated container ${name} started (attempt ${attempt})`
      : `simulated container ${name} has run for ${(index * everyMs) / 1000} s`;
  return { time: new Date(at).toISOString(), stream: 'stdout', data: new TextEncoder().encode(text) };
}
