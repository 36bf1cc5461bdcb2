// The seconds of a run as the points of its graphs: each second, or several together where there are more than a graph can show.

import type { Quantiles, Second } from '../../results/second.ts';

export interface TimeStep {
  /** Where it begins. */
  readonly second: number;
  /** A second. */
  readonly ok: number;
  readonly failed: number;
  readonly dropped: number;
  readonly users: number;
  readonly inFlight: number;
  /** Of 100; undefined without requests, as the times. */
  readonly errorPercent: number | undefined;
  /** Of several seconds the worst: a mean of percentiles would mean nothing. */
  readonly naive: Quantiles | undefined;
  readonly corrected: Quantiles | undefined;
  readonly cpu: number;
  readonly loop: number;
  readonly sendLagMs: number;
}

const mostSteps = 240;

/** How many seconds each step stands for. */
export function stepSeconds(seconds: readonly Second[]): number {
  return Math.max(1, Math.ceil(seconds.length / mostSteps));
}

export function timeSteps(seconds: readonly Second[]): TimeStep[] {
  const size = stepSeconds(seconds);
  return Array.from({ length: Math.ceil(seconds.length / size) }, (_, at) =>
    stepOf(seconds.slice(at * size, (at + 1) * size)),
  );
}

function stepOf(seconds: readonly Second[]): TimeStep {
  const sum = (of: (second: Second) => number) => seconds.reduce((total, second) => total + of(second), 0);
  const mean = (of: (second: Second) => number) => sum(of) / seconds.length;
  const most = (of: (second: Second) => number) => Math.max(...seconds.map(of));
  const count = sum(({ total }) => total.count);
  const failed = sum(({ total }) => total.failed);
  const measured = seconds.filter(({ total }) => total.count > 0);
  return {
    second: seconds[0]?.index ?? 0,
    ...{ ok: (count - failed) / seconds.length, failed: failed / seconds.length },
    ...{ dropped: mean(({ dropped }) => dropped), users: mean(({ users }) => users) },
    inFlight: mean(({ inFlight }) => inFlight),
    errorPercent: count === 0 ? undefined : (failed / count) * 100,
    naive: worst(measured.map(({ total }) => total)),
    corrected: worst(measured.flatMap(({ total }) => total.corrected ?? [])),
    ...{ cpu: most(({ generator }) => generator.cpu), loop: most(({ generator }) => generator.loop) },
    sendLagMs: most(({ generator }) => generator.sendLagMs),
  };
}

function worst(quantiles: readonly Quantiles[]): Quantiles | undefined {
  if (quantiles.length === 0) return undefined;
  const most = (name: keyof Quantiles) => Math.max(...quantiles.map((one) => one[name]));
  return { p50: most('p50'), p95: most('p95'), p99: most('p99'), max: most('max') };
}
