// Results of runs that never were: made of samples by what real runs use.

import type { Plan } from '../../../src/load/plan/plan.ts';
import { planOfUrl } from '../../../src/load/plan/url-plan.ts';
import type { LoadResults } from '../../../src/load/results/load-results.ts';
import { ResultsCollector } from '../../../src/load/results/results-collector.ts';
import { parseThreshold } from '../../../src/load/results/thresholds.ts';
import { WorkerRecorder } from '../../../src/load/results/worker-recorder.ts';
import type { Sample } from '../../../src/load/sample.ts';

export interface MadeOf {
  /** For each second the samples that ended in it; those with details are in the tree. */
  readonly seconds: readonly (readonly Sample[])[];
  /** In each second. */
  readonly dropped?: readonly number[];
  readonly thresholds?: readonly string[];
  readonly plan?: Plan;
  readonly more?: Partial<LoadResults>;
}

export function resultsOf({ seconds, dropped = [], thresholds = [], plan, more }: MadeOf): LoadResults {
  const collector = new ResultsCollector(1, () => {});
  const recorder = new WorkerRecorder();
  for (const [index, samples] of seconds.entries()) {
    for (const sample of samples) {
      recorder.record(sample);
      if (sample.detail) collector.keep(sample);
    }
    const part = { ...recorder.take(index), cpu: 0.2, loop: 0.2 };
    collector.addSecond({ ...part, users: 5, inFlight: 1, dropped: dropped[index] ?? 0 });
  }
  recorder.close();
  return {
    ...collector.results({ thresholds: thresholds.map(parseThreshold) }),
    ...{ runId: 'abcdefgh', plan: plan ?? examplePlan(thresholds), startedAt: 1_795_275_738_814 },
    ...{ durationMs: seconds.length * 1_000, workers: 1, end: 'done', clockOffsetMs: 1_795_275_737_814 },
    ...more,
  };
}

export function examplePlan(thresholds: readonly string[] = []): Plan {
  const url = 'http://127.0.0.1:8080/';
  return planOfUrl({
    ...{ url, method: 'GET', headers: [], keepAlive: true, cookies: true, durationMs: 3_000 },
    thresholds,
  });
}
