// What one worker records of a run: figures by label, its own strain, and the requests worth showing. Hands it all over once a second.

import type { Sample } from '../sample.ts';
import { type LabelPart, LabelRecorder } from './label-recorder.ts';
import { LatencyHistogram } from './latency-histogram.ts';

/** Of one worker and one second. Plain data. */
export interface SecondPart {
  readonly index: number;
  readonly labels: readonly LabelPart[];
  readonly sent: number;
  readonly cpu: number;
  readonly loop: number;
  /** Encoded: how late requests were sent. */
  readonly sendLag: string;
}

export interface WorkerRecorderOptions {
  /** Told of every sample, the line for results.jtl and the like. */
  readonly onSample?: (sample: Sample) => void;
}

const secondMs = 1_000;

export class WorkerRecorder {
  readonly #labels = new Map<string, LabelRecorder>();
  readonly #transactions = new Map<string, LabelRecorder>();
  readonly #lag = new LatencyHistogram();
  readonly #onSample: ((sample: Sample) => void) | undefined;
  #sent = 0;
  #cpu = process.cpuUsage();
  #loop = performance.eventLoopUtilization();
  #takenAt = performance.now();

  constructor({ onSample }: WorkerRecorderOptions = {}) {
    this.#onSample = onSample;
  }

  record(sample: Sample): void {
    // One that comes instead of its requests counts as they would.
    const isTransaction = sample.isTransaction === true && sample.parts === undefined;
    const labels = isTransaction ? this.#transactions : this.#labels;
    let recorder = labels.get(sample.label);
    if (!recorder) {
      recorder = new LabelRecorder(sample.label, isTransaction);
      labels.set(sample.label, recorder);
    }
    recorder.record(sample);
    this.#onSample?.(sample);
  }

  sending(lagMs: number): void {
    this.#sent++;
    this.#lag.record(lagMs);
  }

  /** What came since the last call. */
  take(index: number): SecondPart {
    const labels = [...this.#labels.values(), ...this.#transactions.values()].flatMap(
      (label) => label.take() ?? [],
    );
    const part = { index, labels, sent: this.#sent, sendLag: this.#lag.encode(), ...this.#strain() };
    this.#sent = 0;
    this.#lag.reset();
    return part;
  }

  close(): void {
    this.#lag.close();
    for (const label of [...this.#labels.values(), ...this.#transactions.values()]) label.close();
  }

  /** Shares of one core; the garbage collector's threads are part of it. A second that a run leaves early is measured as a whole one. */
  #strain(): { cpu: number; loop: number } {
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.#cpu);
    const loop = performance.eventLoopUtilization(this.#loop);
    const elapsedMs = Math.max(secondMs, now - this.#takenAt);
    this.#cpu = process.cpuUsage();
    this.#loop = performance.eventLoopUtilization();
    this.#takenAt = now;
    return { cpu: (user + system) / secondMs / elapsedMs, loop: loop.active / elapsedMs };
  }
}
