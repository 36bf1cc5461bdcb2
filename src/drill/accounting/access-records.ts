// Follows the access log of the balancer from the drill's start on, and keeps what it says of requests.

import { type Clock, systemClock } from '../../base/clock.ts';
import { machineTime } from '../../base/machine-time.ts';
import { sleep } from '../../base/sleep.ts';
import { headed, type Told, told, toldOf } from '../told.ts';
import { GrowingLog } from './growing-log.ts';
import { readRecord } from './record-line.ts';
import { RecordStore } from './record-store.ts';
import type { SampleStore } from './sample-store.ts';

export interface AccessRecordsOptions {
  readonly file: string;
  /** Of the drill's load: see readLoadId(). */
  readonly runId: string;
  readonly clock?: Clock;
}

const lookMs = 200;
const unreadableLog = told('the access log cannot be read', 'el registro de accesos no se puede leer');

export class AccessRecords {
  readonly records: RecordStore;
  readonly #log: GrowingLog;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #unreadable = 0;
  #offset = 0;
  #grewAt = 0;
  #reading: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  #problem: Told | undefined;

  constructor({ file, runId, clock = systemClock }: AccessRecordsOptions) {
    this.records = new RecordStore(runId);
    this.#clock = clock;
    this.#log = new GrowingLog(file, (line) => this.#take(line));
  }

  /** What is in the log by now counts as before. Rejects when it may not be read. */
  async start(): Promise<void> {
    await this.#log.start();
    this.#grewAt = machineTime();
    this.#following = this.#follow();
  }

  /** Lines that are no record of a request nor anything else that is known: torn by a full disk. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Why records may be missing; undefined: nothing is known of that. */
  get problem(): Told | undefined {
    return this.#problem;
  }

  /**
   * Resolves when nothing has come for `quietMs` and every good sample has its record, at the latest after `mostMs`: true when it was so.
   * @param samples undefined: none are waited for. What a killed engine did not write down never comes.
   */
  async settled(quietMs: number, mostMs: number, samples?: SampleStore): Promise<boolean> {
    const deadline = machineTime() + mostMs;
    // What was written before this call is to be seen, however long ago the last line came.
    const since = machineTime();
    let seen = 0;
    for (;;) {
      await this.#read();
      const now = machineTime();
      seen = samples ? this.#firstWithout(samples, seen) : seen;
      const isWhole = samples === undefined || seen === samples.size;
      if (isWhole && now - Math.max(this.#grewAt, since) >= quietMs) return true;
      if (now >= deadline || this.#closing.signal.aborted) return false;
      await sleep(this.#clock, Math.min(50, quietMs), this.#closing.signal);
    }
  }

  /** How many of our requests each server answered that ended since then (machineTime()): by UID where the server is one of `pods`, else by name. */
  answersBy(
    since: number,
    pods: Iterable<{ readonly name: string; readonly uid: string }>,
  ): Map<string, number> {
    const uids = new Map([...pods].map(({ name, uid }) => [name, uid]));
    const counts = this.records.answersBy(since);
    return new Map([...counts].map(([name, count]) => [uids.get(name) ?? name, count]));
  }

  /** Idempotent. What was read stays. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
    await this.#reading;
    await this.#log.close();
  }

  /** The first good sample from there on that has no record. */
  #firstWithout(samples: SampleStore, from: number): number {
    for (let index = from; index < samples.size; index++) {
      if (samples.outcome(index) !== 'ok') continue;
      if (this.records.lastOf(samples.lane(index), samples.number(index)) < 0) return index;
    }
    return samples.size;
  }

  async #follow(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#read();
      await sleep(this.#clock, lookMs, this.#closing.signal);
    }
  }

  /** Never rejects. */
  #read(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    // Stamps are of the wall clock: what it says now is what it said a moment ago, when the line was written.
    this.#offset = machineTime() - Date.now();
    try {
      if ((await this.#log.read()) > 0) this.#grewAt = machineTime();
    } catch (error) {
      this.#problem = headed(unreadableLog, toldOf(error));
    }
  }

  #take(line: string): void {
    const record = readRecord(line);
    if (record === 'unreadable') this.#unreadable++;
    else if (record !== 'notice') this.records.add(record, this.#offset);
  }
}
