// All that workers noted of the samples with one label, over a whole run.

import type { ErrorCount, LabelPart } from './label-recorder.ts';
import { copyOf, LatencyFigures } from './latency-figures.ts';
import type { LabelSummary } from './load-results.ts';

const kb = 1_024;
const secondMs = 1_000;
const counted = ['failed', 'sorry', 'shed', 'cut', 'repeated', 'bytes', 'sentBytes'] as const;
/** Different ones; the rest is counted as failed all the same. */
const shownErrors = 50;

export class LabelTotals {
  readonly #naive = new LatencyFigures();
  readonly #errors = new Map<string, { code: string; message: string; count: number }>();
  #corrected: LatencyFigures | undefined;
  #isTransaction = false;
  readonly #counts = { failed: 0, sorry: 0, shed: 0, cut: 0, repeated: 0, bytes: 0, sentBytes: 0 };
  #firstStart = Number.POSITIVE_INFINITY;
  #lastEnd = 0;

  get cut(): number {
    return this.#counts.cut;
  }

  get repeated(): number {
    return this.#counts.repeated;
  }

  add(part: LabelPart): void {
    this.#isTransaction = part.isTransaction;
    // What has no schedule counts in corrected figures, too: a slow second step would else be in none of a total's.
    if (part.corrected) this.#corrected ??= copyOf(this.#naive);
    this.#naive.add(part.naive);
    this.#corrected?.add(part.corrected ?? part.naive);
    for (const name of counted) this.#counts[name] += part[name];
    this.#firstStart = Math.min(this.#firstStart, part.firstStart);
    this.#lastEnd = Math.max(this.#lastEnd, part.lastEnd);
    for (const error of part.errors) this.#addError(error);
  }

  summary(label: string): LabelSummary {
    const { count } = this.#naive;
    const seconds = Math.max(0, this.#lastEnd - this.#firstStart) / secondMs;
    const perSecond = (amount: number) => (seconds > 0 ? amount / seconds : 0);
    const { failed, sorry, shed, bytes, sentBytes } = this.#counts;
    return {
      ...{ label, isTransaction: this.#isTransaction, count, failed, sorry, shed },
      naive: this.#naive.summary(),
      ...(this.#corrected ? { corrected: this.#corrected.summary() } : {}),
      throughputPerSecond: perSecond(count),
      receivedKbPerSecond: perSecond(bytes / kb),
      sentKbPerSecond: perSecond(sentBytes / kb),
      meanBytes: count === 0 ? 0 : bytes / count,
      errors: [...this.#errors.values()].sort((a, b) => b.count - a.count).slice(0, shownErrors),
    };
  }

  close(): void {
    this.#naive.close();
    this.#corrected?.close();
  }

  #addError({ code, message, count }: ErrorCount): void {
    const key = `${code}\n${message}`;
    const known = this.#errors.get(key);
    if (known) known.count += count;
    else this.#errors.set(key, { code, message, count });
  }
}
