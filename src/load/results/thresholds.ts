// Thresholds: what a run must keep to for its exit code to be 0. `p99<250ms`, `errors<0.1%`, `Home: mean<=80ms`, `rate>=100/s`.

import type { LabelSummary, Latencies, ThresholdOutcome } from './load-results.ts';

export interface Threshold {
  readonly text: string;
  /** Undefined: all requests together. */
  readonly label?: string;
  readonly metric: Metric;
  /** `naive` in front of the metric: not corrected, also where there is a schedule. */
  readonly naive: boolean;
  readonly operator: Operator;
  readonly limit: number;
  readonly unit: ThresholdOutcome['unit'];
}

type Operator = '<' | '<=' | '>' | '>=' | '=';

const latencyMetrics: Readonly<Record<string, keyof Latencies>> = {
  ...{ mean: 'mean', avg: 'mean', min: 'min', max: 'max', median: 'p50' },
  ...{ p50: 'p50', p90: 'p90', p95: 'p95', p99: 'p99', 'p99.9': 'p999' },
};
const countMetrics = ['count', 'failed', 'sorry', 'shed', 'dropped'] as const;
const shareMetrics = ['errors', 'availability'] as const;
type Metric = string;

/** A threshold that makes no sense; the message says what would. */
export class ThresholdError extends Error {
  override name = 'ThresholdError';
}

const form =
  /^(?:(?<label>.+):\s*)?(?<naive>naive\s+)?(?<metric>[a-z]+[0-9.]*)\s*(?<operator><=|>=|<|>|=)\s*(?<limit>[0-9.]+)\s*(?<unit>ms|s|%|\/s)?$/;

export function parseThreshold(text: string): Threshold {
  const { label, naive, metric = '', operator, limit, unit = '' } = form.exec(text.trim())?.groups ?? {};
  const value = Number(limit);
  const wanted = unitOf(metric);
  if (wanted === undefined || Number.isNaN(value)) {
    throw new ThresholdError(
      `"${text}" is no threshold: write METRIC<LIMIT, such as p99<250ms, errors<0.1%, mean<=80ms, rate>=100/s or "LABEL: p95<1s"`,
    );
  }
  const given = unit === 's' ? 'ms' : unit;
  if (given !== wanted && !(given === '' && wanted === '/s')) {
    const example = wanted === '' ? 'no unit' : `the unit ${wanted === 'ms' ? 'ms or s' : wanted}`;
    throw new ThresholdError(`"${text}": ${metric} has ${example}`);
  }
  return {
    ...{ text, metric, naive: naive !== undefined, operator: operator as Operator, unit: wanted },
    limit: unit === 's' ? value * 1_000 : value,
    ...(label === undefined ? {} : { label }),
  };
}

function unitOf(metric: string): ThresholdOutcome['unit'] | undefined {
  if (Object.hasOwn(latencyMetrics, metric)) return 'ms';
  if (metric === 'rate') return '/s';
  if (shareMetrics.some((one) => one === metric)) return '%';
  return countMetrics.some((one) => one === metric) ? '' : undefined;
}

/** What thresholds are held against. */
export interface Measured {
  readonly total: LabelSummary;
  readonly labels: readonly LabelSummary[];
  readonly dropped: number;
}

export function outcomeOf(threshold: Threshold, results: Measured): ThresholdOutcome {
  const { text, limit, unit, operator, label } = threshold;
  const about = label === undefined ? results.total : results.labels.find((one) => one.label === label);
  if (!about || about.count === 0) {
    const why =
      about || label === undefined ? 'there was no request' : `there was no request called "${label}"`;
    return { text, ok: false, measured: 0, limit, unit, why };
  }
  const measured = measure(threshold, about, results.dropped);
  return { text, ok: holds(measured, operator, limit), measured, limit, unit };
}

function measure({ metric, naive }: Threshold, about: LabelSummary, dropped: number): number {
  const latency = latencyMetrics[metric];
  if (latency) return ((naive ? undefined : about.corrected) ?? about.naive)[latency];
  if (metric === 'errors') return (about.failed / about.count) * 100;
  if (metric === 'availability') return (1 - about.failed / about.count) * 100;
  if (metric === 'rate') return about.throughputPerSecond;
  return metric === 'dropped' ? dropped : about[metric as 'count' | 'failed' | 'sorry' | 'shed'];
}

function holds(measured: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '<':
      return measured < limit;
    case '<=':
      return measured <= limit;
    case '>':
      return measured > limit;
    case '>=':
      return measured >= limit;
    case '=':
      return measured === limit;
  }
}
