// Puts the parts that workers send of each second together, and tells a second when all of them have spoken.

import type { LabelPart } from './label-recorder.ts';
import { LatencyFigures, type LatencyPart } from './latency-figures.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { Quantiles, Second, SecondOfLabel } from './second.ts';
import type { SecondPart } from './worker-recorder.ts';

/** Of a worker at the end of the second. */
export interface WorkerState {
  readonly users: number;
  readonly inFlight: number;
  /** Since the last word. */
  readonly dropped: number;
}

type Part = SecondPart & WorkerState;

export class SecondBuilder {
  /** By index, those whose parts have not all come. */
  readonly #open = new Map<number, Part[]>();
  readonly #workers: number;
  readonly #tell: (second: Second) => void;
  #next = 0;

  constructor(workers: number, tell: (second: Second) => void) {
    this.#workers = workers;
    this.#tell = tell;
  }

  add(part: Part): void {
    const parts = this.#open.get(part.index) ?? [];
    parts.push(part);
    this.#open.set(part.index, parts);
    while (this.#open.get(this.#next)?.length === this.#workers) this.#close();
  }

  /** Tells what is there, of workers that have died too. */
  finish(): void {
    const last = Math.max(-1, ...this.#open.keys());
    while (this.#next <= last) this.#close();
  }

  #close(): void {
    const parts = this.#open.get(this.#next) ?? [];
    this.#open.delete(this.#next);
    this.#tell(secondOf(this.#next++, parts));
  }
}

function secondOf(index: number, parts: readonly Part[]): Second {
  const sum = (field: 'users' | 'inFlight' | 'dropped' | 'sent') =>
    parts.reduce((total, part) => total + part[field], 0);
  const most = (field: 'cpu' | 'loop') => Math.max(0, ...parts.map((part) => part[field]));
  const labels = parts.flatMap((part) => part.labels);
  const requests = labels.filter(({ isTransaction }) => !isTransaction);
  return {
    ...{ index, users: sum('users'), inFlight: sum('inFlight'), dropped: sum('dropped'), sent: sum('sent') },
    total: secondOfLabel(requests, false),
    labels: labelsOf(labels),
    generator: { cpu: most('cpu'), loop: most('loop'), sendLagMs: lagOf(parts) },
  };
}

function lagOf(parts: readonly Part[]): number {
  const lag = new LatencyHistogram();
  try {
    for (const { sendLag } of parts) lag.add(sendLag);
    return lag.percentile(99);
  } finally {
    lag.close();
  }
}

function labelsOf(parts: readonly LabelPart[]): Map<string, SecondOfLabel> {
  const byLabel = Map.groupBy(parts, ({ label, isTransaction }) => `${isTransaction}\n${label}`);
  const labels = new Map<string, SecondOfLabel>();
  for (const [, [first, ...more]] of byLabel) {
    if (!first) continue;
    // A transaction may be called as a request in it is.
    const name = labels.has(first.label) ? `${first.label} (transaction)` : first.label;
    labels.set(name, secondOfLabel([first, ...more], first.isTransaction));
  }
  return labels;
}

function secondOfLabel(parts: readonly LabelPart[], isTransaction: boolean): SecondOfLabel {
  const sum = (field: 'count' | 'failed' | 'sorry' | 'shed' | 'bytes' | 'sentBytes') =>
    parts.reduce((total, part) => total + part[field], 0);
  const isScheduled = parts.some((part) => part.corrected !== undefined);
  return {
    ...{ isTransaction, count: sum('count'), failed: sum('failed'), sorry: sum('sorry') },
    ...{ shed: sum('shed'), bytes: sum('bytes'), sentBytes: sum('sentBytes') },
    sumMs: parts.reduce((total, { naive }) => total + naive.sumMs, 0),
    ...quantilesOf(parts.map(({ naive }) => naive)),
    ...(isScheduled
      ? { corrected: quantilesOf(parts.map(({ corrected, naive }) => corrected ?? naive)) }
      : {}),
  };
}

function quantilesOf(parts: readonly LatencyPart[]): Quantiles {
  const figures = new LatencyFigures();
  try {
    for (const part of parts) figures.add(part);
    const [p50 = 0, p95 = 0, p99 = 0] = [50, 95, 99].map((percent) => figures.percentile(percent));
    return { p50, p95, p99, max: figures.maxMs };
  } finally {
    figures.close();
  }
}
