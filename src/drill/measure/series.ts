// A drill as lists of points, for graphs. Pure.

import type { RecordStore } from '../accounting/record-store.ts';
import type { SampleStore } from '../accounting/sample-store.ts';
import type { Series } from '../verdict/evidence.ts';
import { quantileOf, timesOf } from './quantile.ts';
import { always, samplesIn } from './window.ts';

export const stepMs = 100;

/** From the first request on; a sample is in the step in which it ended. Without records nothing is known of servers. */
export function seriesOf(samples: SampleStore, records: RecordStore | undefined): Series {
  const steps = samples.size === 0 ? 0 : Math.floor((samples.latest - samples.earliest) / stepMs) + 1;
  const byStep = groupBySteps(samples, steps);
  const zeros = () => new Array<number>(steps).fill(0);
  const counts = { ok: zeros(), failed: zeros(), sorry: zeros(), shed: zeros() };
  const servers: Record<string, number[]> = {};
  const [p50, p99]: (number | null)[][] = [[], []];
  for (const [step, indexes] of byStep.entries()) {
    for (const index of indexes) {
      const outcome = samples.outcome(index);
      if (outcome !== 'inFlight') add(counts[outcome], step);
      const server = records && serverOf(samples, records, index);
      if (server !== undefined) {
        servers[server] ??= zeros();
        add(servers[server], step);
      }
    }
    const times = timesOf(samples, indexes);
    p50?.push(quantileOf(times, 0.5) ?? null);
    p99?.push(quantileOf(times, 0.99) ?? null);
  }
  return { stepMs, ...counts, p50: p50 ?? [], p99: p99 ?? [], servers };
}

function add(counts: number[], step: number): void {
  counts[step] = (counts[step] ?? 0) + 1;
}

function groupBySteps(samples: SampleStore, steps: number): number[][] {
  const byStep = Array.from({ length: steps }, (): number[] => []);
  for (const index of samplesIn(samples, always)) {
    byStep[Math.floor((samples.endedAt(index) - samples.earliest) / stepMs)]?.push(index);
  }
  return byStep;
}

function serverOf(samples: SampleStore, records: RecordStore, index: number): string | undefined {
  const row = records.lastOf(samples.lane(index), samples.number(index));
  return row >= 0 && records.isAnswered(row) ? records.server(row) : undefined;
}
