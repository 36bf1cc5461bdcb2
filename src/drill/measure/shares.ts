// How requests ended: counts and shares of those that were over. Pure.

import type { SampleOutcome } from '../accounting/accounting.ts';
import type { SampleStore } from '../accounting/sample-store.ts';
import type { Measured } from '../verdict/evidence.ts';
import { counted, nothingEnded, samplesIn, unknown, type Window } from './window.ts';

/** Good answers of all: sorry pages, failures and requests that were shed are none. */
export function availability(samples: SampleStore, window: Window): Measured {
  return shareOf('ok', samples, window);
}

export function sorryShare(samples: SampleStore, window: Window): Measured {
  return shareOf('sorry', samples, window);
}

export function shedShare(samples: SampleStore, window: Window): Measured {
  return shareOf('shed', samples, window);
}

/** Without sorry pages: those have a measure of their own. Zero of zero is unknown. */
export function failedRequests(samples: SampleStore, window: Window): Measured {
  const { count, all } = countOf('failed', samples, window);
  return all === 0 ? unknown('count', nothingEnded) : counted(count, all);
}

function shareOf(outcome: SampleOutcome, samples: SampleStore, window: Window): Measured {
  const { count, all } = countOf(outcome, samples, window);
  if (all === 0) return unknown('share', nothingEnded);
  return { value: count / all, unit: 'share', uncertainty: 0, samples: all };
}

function countOf(
  outcome: SampleOutcome,
  samples: SampleStore,
  window: Window,
): { count: number; all: number } {
  let [count, all] = [0, 0];
  for (const index of samplesIn(samples, window)) {
    all++;
    if (samples.outcome(index) === outcome) count++;
  }
  return { count, all };
}
