// When users began to be served badly, and when that was over: events of the timeline that only the samples know.

import type { SampleStore } from '../accounting/sample-store.ts';
import { counted } from '../counted.ts';
import { samplesIn, type Window } from '../measure/window.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';

/** Bad samples less far apart belong together. */
const togetherMs = 1_000;
/** More than these say nothing that the graphs do not. */
const mostPeriods = 20;

/** A sample is bad that failed in any way or took longer than `slowMs`. A period begins with the end of its first one. */
export function trafficEvents(samples: SampleStore, window: Window, slowMs: number): TimelineEvent[] {
  return badPeriods(samples, window, slowMs)
    .slice(0, mostPeriods)
    .flatMap(({ from, to, count }) => [
      { ...own, type: 'traffic-bad', at: from, text: 'users begin to be served badly' },
      {
        ...own,
        type: 'traffic-good',
        at: to,
        text: `users are served well again; ${counted(count, 'was', 'were')} not`,
      },
    ]);
}

const own = { uncertaintyMs: 0, source: 'drill' } as const;

interface Period extends Window {
  readonly count: number;
}

function badPeriods(samples: SampleStore, window: Window, slowMs: number): Period[] {
  const ends = [...samplesIn(samples, window)]
    .filter((index) => samples.outcome(index) !== 'ok' || samples.correctedMs(index) > slowMs)
    .map((index) => samples.endedAt(index))
    .sort((a, b) => a - b);
  const periods: Period[] = [];
  for (const at of ends) {
    const last = periods.at(-1);
    if (!last || at - last.to > togetherMs) periods.push({ from: at, to: at, count: 1 });
    else periods[periods.length - 1] = { from: last.from, to: at, count: last.count + 1 };
  }
  return periods;
}
