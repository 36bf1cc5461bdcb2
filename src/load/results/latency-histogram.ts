// How long requests took, as a histogram of three significant digits. The library's WebAssembly form: 16 million records a second.

import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  initWebAssemblySync,
} from 'hdr-histogram-js';

/** Microseconds are recorded; what took longer counts as so long. */
const longestMs = 3_600_000;
const microsecond = 1_000;

export class LatencyHistogram {
  readonly #histogram: Histogram;

  constructor() {
    initWebAssemblySync();
    this.#histogram = build({
      ...{ lowestDiscernibleValue: 1, highestTrackableValue: longestMs * microsecond },
      ...{ numberOfSignificantValueDigits: 3, bitBucketSize: 32, useWebAssembly: true },
    });
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  record(ms: number): void {
    const clamped = Math.min(longestMs, Math.max(0, ms));
    this.#histogram.recordValue(Math.round(clamped * microsecond));
  }

  /** Milliseconds; `percent` is 0 to 100. 0 while nothing was recorded. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.#histogram.getValueAtPercentile(percent) / microsecond;
  }

  /** HdrHistogram's V2 form, compressed, as base64. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  /** What encode() gave, of this process or another. */
  add(encoded: string): void {
    const other = decodeFromCompressedBase64(encoded, 32, true);
    try {
      this.#histogram.add(other);
    } finally {
      other.destroy();
    }
  }

  reset(): void {
    this.#histogram.reset();
  }

  /** Its memory is not the garbage collector's. Idempotent. */
  close(): void {
    this.#histogram.destroy();
  }
}
