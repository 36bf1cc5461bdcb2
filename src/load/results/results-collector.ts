// Gathers what workers tell into the results of a run.

import type { Sample } from '../sample.ts';
import { LabelTotals } from './label-totals.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { LabelSummary, LoadResults } from './load-results.ts';
import { saturationOf, sendLagLimitOf } from './saturation.ts';
import type { Second } from './second.ts';
import { SecondBuilder, type WorkerState } from './second-builder.ts';
import { outcomeOf, type Threshold } from './thresholds.ts';
import type { SecondPart } from './worker-recorder.ts';

const totalLabel = 'TOTAL';

type Collected = Pick<
  LoadResults,
  | 'total'
  | 'labels'
  | 'seconds'
  | 'dropped'
  | 'cut'
  | 'repeated'
  | 'saturation'
  | 'thresholds'
  | 'tree'
  | 'failuresNotKept'
>;

export class ResultsCollector {
  readonly #labels = new Map<string, LabelTotals>();
  readonly #total = new LabelTotals();
  readonly #lag = new LatencyHistogram();
  readonly #seconds: Second[] = [];
  readonly #tree: Sample[] = [];
  readonly #builder: SecondBuilder;
  readonly #finished = Promise.withResolvers<void>();
  #failuresNotKept = 0;
  #working: number;

  constructor(workers: number, tell: (second: Second) => void) {
    this.#working = workers;
    this.#builder = new SecondBuilder(workers, (second) => {
      this.#seconds.push(second);
      tell(second);
    });
  }

  addSecond(part: SecondPart & WorkerState): void {
    for (const label of part.labels) {
      const key = `${label.isTransaction ? 'T' : 'R'}${label.label}`;
      let totals = this.#labels.get(key);
      if (!totals) {
        totals = new LabelTotals();
        this.#labels.set(key, totals);
      }
      totals.add(label);
      if (!label.isTransaction) this.#total.add(label);
    }
    this.#lag.add(part.sendLag);
    this.#builder.add(part);
  }

  keep(sample: Sample): void {
    this.#tree.push(sample);
  }

  workerFinished(failuresNotKept: number): void {
    this.#failuresNotKept += failuresNotKept;
    if (--this.#working === 0) this.#finished.resolve();
  }

  /** Resolves when every worker has said that it is finished. */
  finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Once, at the end. */
  results(limits: { thresholds: readonly Threshold[]; sendLagLimitMs?: number | undefined }): Collected {
    this.#builder.finish();
    const total = this.#total.summary(totalLabel);
    const labels = [...this.#labels].map(([key, totals]): LabelSummary => totals.summary(key.slice(1)));
    const dropped = this.#seconds.reduce((sum, second) => sum + second.dropped, 0);
    const sendLagMs = limits.sendLagLimitMs ?? sendLagLimitOf(limits.thresholds);
    const collected = {
      ...{ total, labels, seconds: this.#seconds, dropped, failuresNotKept: this.#failuresNotKept },
      ...{ cut: this.#total.cut, repeated: this.#total.repeated },
      saturation: saturationOf(this.#seconds, this.#lag.percentile(99), { sendLagMs }),
      thresholds: limits.thresholds.map((threshold) => outcomeOf(threshold, { total, labels, dropped })),
      tree: this.#tree.toSorted((a, b) => a.startedAt - b.startedAt),
    };
    this.#close();
    return collected;
  }

  #close(): void {
    this.#lag.close();
    this.#total.close();
    for (const totals of this.#labels.values()) totals.close();
  }
}
