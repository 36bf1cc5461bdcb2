// What the balancers' access logs say of requests during a drill, in columns: our own by their load ids, those of others to be subtracted.

import { type RecordOutcome, recordOutcomes } from './accounting.ts';
import { Column, RowIndex, Texts } from './columns.ts';
import { readLoadId } from './load-id.ts';
import type { RecordLine } from './record-line.ts';

const sureFlag = 1;
const redispatchedFlag = 2;
const ownFlag = 4;
const unsafeFlag = 8;

/** RFC 9110 section 9.2.2. */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

export class RecordStore {
  readonly runId: string;
  readonly #endedAt = new Column(Float64Array);
  readonly #totalMs = new Column(Float32Array);
  readonly #waitedMs = new Column(Float32Array);
  readonly #outcome = new Column(Uint8Array);
  readonly #flags = new Column(Uint8Array);
  readonly #retries = new Column(Uint8Array);
  readonly #status = new Column(Uint16Array);
  readonly #part = new Column(Uint16Array);
  readonly #backend = new Column(Uint16Array);
  readonly #server = new Column(Uint16Array);
  readonly #termination = new Column(Uint16Array);
  /** The next record of the same sample, plus 1. */
  readonly #next = new Column(Int32Array);
  readonly #texts = new Texts();
  readonly #bySample = new RowIndex();
  #size = 0;

  constructor(runId: string) {
    this.runId = runId;
  }

  get size(): number {
    return this.#size;
  }

  /** @param machineOffset machineTime() less the wall clock, now. */
  add(line: RecordLine, machineOffset: number): void {
    const index = this.#size++;
    this.#endedAt.set(index, line.endedAt + machineOffset);
    this.#totalMs.set(index, line.totalMs);
    this.#waitedMs.set(index, line.waitedMs);
    this.#outcome.set(index, recordOutcomes.indexOf(line.outcome));
    this.#retries.set(index, Math.min(255, line.retries));
    this.#status.set(index, line.status);
    this.#backend.set(index, this.#texts.numberOf(line.backend));
    this.#server.set(index, this.#texts.numberOf(line.server));
    this.#termination.set(index, this.#texts.numberOf(line.termination));
    const id = line.loadId === undefined ? undefined : readLoadId(line.loadId, this.runId);
    this.#flags.set(index, flagsOf(line, id !== undefined));
    if (!id) return;
    this.#part.set(index, id.part);
    this.#next.set(index, this.#bySample.get(id.lane, id.number) + 1);
    this.#bySample.set(id.lane, id.number, index);
  }

  /** The records of one sample, the last read first. */
  ofSample(lane: number, number: number): number[] {
    const rows: number[] = [];
    if (number < 0) return rows;
    for (let row = this.#bySample.get(lane, number); row >= 0; row = this.#next.get(row) - 1) rows.push(row);
    return rows;
  }

  /** How the sample ended for the balancer: of its last request the record that came last. -1: there is none. */
  lastOf(lane: number, number: number): number {
    if (number < 0) return -1;
    let last = this.#bySample.get(lane, number);
    for (let row = last; row >= 0; row = this.#next.get(row) - 1) {
      const [part, best] = [this.part(row), this.part(last)];
      if (part > best || (part === best && this.endedAt(row) > this.endedAt(last))) last = row;
    }
    return last;
  }

  /** machineTime(). */
  endedAt(index: number): number {
    return this.#endedAt.get(index);
  }

  totalMs(index: number): number {
    return this.#totalMs.get(index);
  }

  /** For a server: in the queue, and for the connection. */
  waitedMs(index: number): number {
    return this.#waitedMs.get(index);
  }

  outcome(index: number): RecordOutcome {
    return recordOutcomes[this.#outcome.get(index)] as RecordOutcome;
  }

  /** False: sorry, shed and server errors of this kind look alike. */
  isSure(index: number): boolean {
    return (this.#flags.get(index) & sureFlag) !== 0;
  }

  /** Of our run. */
  isOwn(index: number): boolean {
    return (this.#flags.get(index) & ownFlag) !== 0;
  }

  /** Another server was taken than at first. */
  isRedispatched(index: number): boolean {
    return (this.#flags.get(index) & redispatchedFlag) !== 0;
  }

  /** To carry it out twice is not to carry it out once. */
  isUnsafe(index: number): boolean {
    return (this.#flags.get(index) & unsafeFlag) !== 0;
  }

  retries(index: number): number {
    return this.#retries.get(index);
  }

  status(index: number): number {
    return this.#status.get(index);
  }

  part(index: number): number {
    return this.#part.get(index);
  }

  backend(index: number): string {
    return this.#texts.textOf(this.#backend.get(index)) ?? '';
  }

  server(index: number): string | undefined {
    return this.#texts.textOf(this.#server.get(index));
  }

  termination(index: number): string {
    return this.#texts.textOf(this.#termination.get(index)) ?? '';
  }

  /** How many of our requests each server has answered that ended since then (machineTime()), by its name. */
  answersBy(since: number): Map<string, number> {
    const counts = new Map<string, number>();
    for (let row = this.#size - 1; row >= 0; row--) {
      const endedAt = this.endedAt(row);
      // Lines come nearly in the order of their ends.
      if (endedAt < since - disorderMs) break;
      const server = this.server(row);
      if (endedAt < since || server === undefined || !this.isOwn(row) || !this.isAnswered(row)) continue;
      counts.set(server, (counts.get(server) ?? 0) + 1);
    }
    return counts;
  }

  /** The server that it names gave the answer, and it was whole. */
  isAnswered(index: number): boolean {
    return (
      this.status(index) > 0 && this.server(index) !== undefined && this.termination(index).startsWith('--')
    );
  }
}

const disorderMs = 5_000;

function flagsOf({ isSure, redispatched, method }: RecordLine, isOwn: boolean): number {
  const isUnsafe = method !== undefined && !idempotent.has(method);
  return (
    (isSure ? sureFlag : 0) |
    (redispatched ? redispatchedFlag : 0) |
    (isOwn ? ownFlag : 0) |
    (isUnsafe ? unsafeFlag : 0)
  );
}
