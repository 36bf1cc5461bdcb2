// Sums beside a histogram: what a mean, a deviation and the extremes are made of, exactly.

import { LatencyHistogram } from './latency-histogram.ts';
import type { Latencies } from './load-results.ts';

/** Of one process and one stretch of time; `histogram` is encoded. Plain data. */
export interface LatencyPart {
  readonly count: number;
  readonly sumMs: number;
  readonly sumOfSquares: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly histogram: string;
}

export class LatencyFigures {
  readonly #histogram = new LatencyHistogram();
  #count = 0;
  #sum = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  get sumMs(): number {
    return this.#sum;
  }

  get maxMs(): number {
    return this.#max;
  }

  record(ms: number): void {
    this.#histogram.record(ms);
    this.#count++;
    this.#sum += ms;
    this.#squares += ms * ms;
    if (ms < this.#min) this.#min = ms;
    if (ms > this.#max) this.#max = ms;
  }

  /** What is in it. */
  part(): LatencyPart {
    return {
      ...{ count: this.#count, sumMs: this.#sum, sumOfSquares: this.#squares },
      ...{ minMs: this.#min, maxMs: this.#max, histogram: this.#histogram.encode() },
    };
  }

  /** What was recorded since the last call. */
  take(): LatencyPart {
    const part = this.part();
    this.#histogram.reset();
    [this.#count, this.#sum, this.#squares] = [0, 0, 0];
    [this.#min, this.#max] = [Number.POSITIVE_INFINITY, 0];
    return part;
  }

  add(part: LatencyPart): void {
    if (part.count === 0) return;
    this.#histogram.add(part.histogram);
    this.#count += part.count;
    this.#sum += part.sumMs;
    this.#squares += part.sumOfSquares;
    this.#min = Math.min(this.#min, part.minMs);
    this.#max = Math.max(this.#max, part.maxMs);
  }

  percentile(percent: number): number {
    return Math.min(this.#histogram.percentile(percent), this.#max);
  }

  summary(): Latencies {
    const mean = this.#count === 0 ? 0 : this.#sum / this.#count;
    const variance = this.#count === 0 ? 0 : Math.max(0, this.#squares / this.#count - mean * mean);
    return {
      ...{ mean, min: this.#count === 0 ? 0 : this.#min, max: this.#max, deviation: Math.sqrt(variance) },
      ...{ p50: this.percentile(50), p90: this.percentile(90), p95: this.percentile(95) },
      ...{ p99: this.percentile(99), p999: this.percentile(99.9) },
    };
  }

  /** For good; its histogram's memory is freed. */
  close(): void {
    this.#histogram.close();
  }
}

/** To be closed on its own. */
export function copyOf(figures: LatencyFigures): LatencyFigures {
  const copy = new LatencyFigures();
  copy.add(figures.part());
  return copy;
}
