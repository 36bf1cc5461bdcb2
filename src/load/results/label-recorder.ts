// What one worker notes of the samples with one label, and hands over second by second. Every request passes here: no text is made, nothing kept.

import { correctedMs, type Sample } from '../sample.ts';
import { copyOf, LatencyFigures, type LatencyPart } from './latency-figures.ts';

/** Plain data: crosses process borders. Times are of machineTime(). */
export interface LabelPart {
  readonly label: string;
  readonly isTransaction: boolean;
  readonly count: number;
  readonly failed: number;
  readonly sorry: number;
  readonly shed: number;
  readonly cut: number;
  readonly repeated: number;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly firstStart: number;
  readonly lastEnd: number;
  readonly naive: LatencyPart;
  /** Only where there is a schedule; samples without one (later steps of an iteration) are in it as in `naive`. */
  readonly corrected?: LatencyPart;
  readonly errors: readonly ErrorCount[];
}

export interface ErrorCount {
  readonly code: string;
  readonly message: string;
  readonly count: number;
}

/** So many different errors of a label in a second are told apart. */
const mostErrors = 100;

export class LabelRecorder {
  readonly label: string;
  readonly #isTransaction: boolean;
  readonly #naive = new LatencyFigures();
  #corrected: LatencyFigures | undefined;
  #failed = 0;
  #sorry = 0;
  #shed = 0;
  #cut = 0;
  #repeated = 0;
  #bytes = 0;
  #sentBytes = 0;
  #firstStart = Number.POSITIVE_INFINITY;
  #lastEnd = 0;
  #errors = new Map<string, { code: string; message: string; count: number }>();

  constructor(label: string, isTransaction: boolean) {
    this.label = label;
    this.#isTransaction = isTransaction;
  }

  record(sample: Sample): void {
    const corrected = correctedMs(sample);
    if (corrected !== undefined) this.#corrected ??= copyOf(this.#naive);
    this.#naive.record(sample.elapsedMs);
    this.#corrected?.record(corrected ?? sample.elapsedMs);
    this.#bytes += sample.bytes;
    this.#sentBytes += sample.sentBytes;
    const end = sample.startedAt + sample.elapsedMs;
    if (sample.startedAt < this.#firstStart) this.#firstStart = sample.startedAt;
    if (end > this.#lastEnd) this.#lastEnd = end;
    if (sample.isRepeated) this.#repeated++;
    if (!sample.success) this.#fail(sample);
  }

  /** What came since the last call; undefined: nothing. */
  take(): LabelPart | undefined {
    const { count } = this.#naive;
    if (count === 0) return undefined;
    const part = {
      ...{ label: this.label, isTransaction: this.#isTransaction, count },
      ...{ failed: this.#failed, sorry: this.#sorry, shed: this.#shed, cut: this.#cut },
      ...{ repeated: this.#repeated, bytes: this.#bytes, sentBytes: this.#sentBytes },
      ...{ firstStart: this.#firstStart, lastEnd: this.#lastEnd },
      ...{ naive: this.#naive.take(), errors: [...this.#errors.values()] },
      ...(this.#corrected ? { corrected: this.#corrected.take() } : {}),
    };
    [this.#failed, this.#sorry, this.#shed, this.#cut, this.#repeated] = [0, 0, 0, 0, 0];
    [this.#bytes, this.#sentBytes] = [0, 0];
    [this.#firstStart, this.#lastEnd] = [Number.POSITIVE_INFINITY, 0];
    this.#errors = new Map();
    return part;
  }

  close(): void {
    this.#naive.close();
    this.#corrected?.close();
  }

  #fail({ code, message, failure, outcome, isCut }: Sample): void {
    this.#failed++;
    if (outcome === 'sorry') this.#sorry++;
    if (outcome === 'shed') this.#shed++;
    if (isCut) this.#cut++;
    const text = failure ?? message;
    const key = `${code}\n${text}`;
    const known = this.#errors.get(key);
    if (known) known.count++;
    else if (this.#errors.size < mostErrors) this.#errors.set(key, { code, message: text, count: 1 });
  }
}
