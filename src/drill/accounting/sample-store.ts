// Every sample of a drill, in columns: what accounting and measures ask for, and no more. Transactions are taken apart into their requests.

import type { Sample } from '../../load/sample.ts';
import type { SampleOutcome } from './accounting.ts';
import { sampleOutcomes } from './accounting.ts';
import { Column, RowIndex, Texts } from './columns.ts';
import { loadIdText, readLoadId } from './load-id.ts';

/** One of them, for those who look at a few. */
export interface StoredSample {
  readonly loadId?: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: SampleOutcome;
  readonly code: string;
  readonly message: string;
  readonly failure?: string;
  readonly user: string;
}

const repeatedFlag = 1;
const refusedFlag = 2;

export class SampleStore {
  readonly runId: string;
  readonly #startedAt = new Column(Float64Array);
  readonly #elapsedMs = new Column(Float64Array);
  /** Later than startedAt; NaN: nothing said when it was due. */
  readonly #lateMs = new Column(Float32Array);
  readonly #outcome = new Column(Uint8Array);
  readonly #flags = new Column(Uint8Array);
  readonly #lane = new Column(Uint16Array);
  /** Of its load id, plus 1; 0: it has none. */
  readonly #number = new Column(Uint32Array);
  readonly #code = new Column(Uint32Array);
  readonly #message = new Column(Uint32Array);
  readonly #failure = new Column(Uint32Array);
  readonly #user = new Column(Uint32Array);
  readonly #texts = new Texts();
  readonly #byLoadId = new RowIndex();
  #size = 0;
  #earliest = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(runId: string) {
    this.runId = runId;
  }

  get size(): number {
    return this.#size;
  }

  /** machineTime() of the first start; Infinity without samples. */
  get earliest(): number {
    return this.#earliest;
  }

  /** machineTime() of the last end; -Infinity without samples. */
  get latest(): number {
    return this.#latest;
  }

  /** In any order. */
  addAll(samples: readonly Sample[]): void {
    for (const sample of samples) this.add(sample);
  }

  add(sample: Sample): void {
    if (sample.parts) this.addAll(sample.parts);
    if (!sample.isTransaction && !sample.isUnsent) this.#add(sample);
  }

  startedAt(index: number): number {
    return this.#startedAt.get(index);
  }

  endedAt(index: number): number {
    return this.#startedAt.get(index) + this.#elapsedMs.get(index);
  }

  elapsedMs(index: number): number {
    return this.#elapsedMs.get(index);
  }

  /** From when it was due; as elapsedMs() where nothing said when that was. */
  correctedMs(index: number): number {
    const late = this.#lateMs.get(index);
    return this.#elapsedMs.get(index) + (Number.isNaN(late) ? 0 : late);
  }

  hasSchedule(index: number): boolean {
    return !Number.isNaN(this.#lateMs.get(index));
  }

  outcome(index: number): SampleOutcome {
    return sampleOutcomes[this.#outcome.get(index)] as SampleOutcome;
  }

  code(index: number): string {
    return this.#texts.textOf(this.#code.get(index)) ?? '';
  }

  /** JMeter's thread name, by a number. */
  userNumber(index: number): number {
    return this.#user.get(index);
  }

  isRepeated(index: number): boolean {
    return (this.#flags.get(index) & repeatedFlag) !== 0;
  }

  /** It was answered, and an assertion did not like the answer. */
  isRefused(index: number): boolean {
    return (this.#flags.get(index) & refusedFlag) !== 0;
  }

  /** -1: it has no load id. */
  number(index: number): number {
    return this.#number.get(index) - 1;
  }

  lane(index: number): number {
    return this.#lane.get(index);
  }

  loadId(index: number): string | undefined {
    const number = this.number(index);
    return number < 0 ? undefined : loadIdText(this.runId, this.lane(index), number);
  }

  /** -1: none. */
  indexOf(lane: number, number: number): number {
    return this.#byLoadId.get(lane, number);
  }

  at(index: number): StoredSample {
    const loadId = this.loadId(index);
    const failure = this.#texts.textOf(this.#failure.get(index));
    return {
      ...(loadId === undefined ? {} : { loadId }),
      startedAt: this.startedAt(index),
      endedAt: this.endedAt(index),
      outcome: this.outcome(index),
      code: this.code(index),
      message: this.#texts.textOf(this.#message.get(index)) ?? '',
      ...(failure === undefined ? {} : { failure }),
      user: this.#texts.textOf(this.#user.get(index)) ?? '',
    };
  }

  #add(sample: Sample): void {
    const index = this.#size++;
    const { startedAt, elapsedMs, dueAt, loadId } = sample;
    this.#startedAt.set(index, startedAt);
    this.#elapsedMs.set(index, elapsedMs);
    this.#lateMs.set(index, dueAt === undefined ? Number.NaN : Math.max(0, startedAt - dueAt));
    this.#outcome.set(index, sampleOutcomes.indexOf(outcomeOf(sample)));
    this.#flags.set(index, (sample.isRepeated ? repeatedFlag : 0) | (isRefused(sample) ? refusedFlag : 0));
    this.#code.set(index, this.#texts.numberOf(sample.code));
    this.#message.set(index, this.#texts.numberOf(sample.message));
    this.#failure.set(index, this.#texts.numberOf(sample.failure));
    this.#user.set(index, this.#texts.numberOf(sample.user));
    if (loadId !== undefined) this.#index(index, loadId);
    this.#earliest = Math.min(this.#earliest, startedAt);
    this.#latest = Math.max(this.#latest, startedAt + elapsedMs);
  }

  #index(index: number, loadId: string): void {
    const id = readLoadId(loadId, this.runId);
    if (!id) return;
    this.#lane.set(index, id.lane);
    this.#number.set(index, id.number + 1);
    this.#byLoadId.set(id.lane, id.number, index);
  }
}

/** A page of the balancer's own is what it says, whatever the plan's assertions make of it. */
export function outcomeOf({ outcome, success, isCut }: Sample): SampleOutcome {
  if (isCut) return 'inFlight';
  if (outcome === 'sorry' || outcome === 'shed') return outcome;
  return success ? 'ok' : 'failed';
}

function isRefused({ success, code }: Sample): boolean {
  return !success && /^[1-3]\d\d$/.test(code);
}
