// What one worker counts, in numbers that nobody else writes. Readers see them a moment later, never wrong.

import { type Outcome, outcomes } from '../../outcome.ts';
import type { EndedRequest, FrontendCounters, Observation } from '../dispatch.ts';
import { backendNumber, frontendNumber, frontendWord, serverNumber } from './records.ts';
import { raise } from './server-cell.ts';

/** The means are of about so many requests: each new one weighs this part, as HAProxy's sliding averages do. */
export const timeSamples = 1_024;

export function countEnded(numbers: Float64Array, request: EndedRequest): void {
  add(numbers, backendNumber.bins + outcomes.indexOf(request.outcome), 1);
  add(numbers, backendNumber.statuses + statusClass(request.status), 1);
  add(numbers, backendNumber.bytesIn, request.bytesIn);
  add(numbers, backendNumber.bytesOut, request.bytesOut);
  add(numbers, backendNumber.retries, request.retries);
  add(numbers, backendNumber.redispatches, request.redispatched ? 1 : 0);
  if (request.responseMs >= 0) addTimes(numbers, request);
}

export function countEndedOnServer(numbers: Float64Array, request: EndedRequest): void {
  add(numbers, serverNumber.requests, 1);
  add(numbers, serverNumber.statuses + statusClass(request.status), 1);
  add(numbers, serverNumber.bytesIn, request.bytesIn);
  add(numbers, serverNumber.bytesOut, request.bytesOut);
  add(numbers, serverNumber.retries, request.retries);
  add(numbers, serverNumber.redispatches, request.redispatched ? 1 : 0);
  add(numbers, serverNumber.aborted, request.outcome === 'aborted' ? 1 : 0);
}

/** Of tunnels, while they last. */
export function countMoved(
  server: Float64Array,
  backend: Float64Array,
  bytesIn: number,
  bytesOut: number,
): void {
  add(server, serverNumber.bytesIn, bytesIn);
  add(server, serverNumber.bytesOut, bytesOut);
  add(backend, backendNumber.bytesIn, bytesIn);
  add(backend, backendNumber.bytesOut, bytesOut);
}

/** Told of each attempt. */
export function countSeen(server: Float64Array, backend: Float64Array, seen: Observation): void {
  if (seen.type === 'answered') add(server, serverNumber.heard, 1);
  else if (seen.type === 'refused' || seen.type === 'silent') {
    add(server, serverNumber.connectErrors, 1);
    add(backend, backendNumber.connectErrors, 1);
  } else if (seen.type === 'reset' || seen.type === 'truncated' || seen.type === 'timeout') {
    add(server, serverNumber.responseErrors, 1);
    add(backend, backendNumber.responseErrors, 1);
  }
}

/** One worker's counters of one frontend. */
export class SharedFrontendCounters implements FrontendCounters {
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;

  constructor(words: Int32Array, numbers: Float64Array) {
    this.#words = words;
    this.#numbers = numbers;
  }

  get connections(): number {
    return Atomics.load(this.#words, frontendWord.connections);
  }

  connectionOpened(): void {
    add(this.#numbers, frontendNumber.connections, 1);
    const now = Atomics.add(this.#words, frontendWord.connections, 1) + 1;
    raise(this.#words, frontendWord.mostConnections, now);
  }

  connectionClosed(): void {
    Atomics.sub(this.#words, frontendWord.connections, 1);
  }

  requestBegan(): void {
    add(this.#numbers, frontendNumber.requests, 1);
  }

  requestEnded(outcome: Outcome, status: number, bytesIn: number, bytesOut: number): void {
    add(this.#numbers, frontendNumber.bins + outcomes.indexOf(outcome), 1);
    add(this.#numbers, frontendNumber.statuses + statusClass(status), 1);
    this.moved(bytesIn, bytesOut);
  }

  moved(bytesIn: number, bytesOut: number): void {
    add(this.#numbers, frontendNumber.bytesIn, bytesIn);
    add(this.#numbers, frontendNumber.bytesOut, bytesOut);
  }
}

function addTimes(numbers: Float64Array, request: EndedRequest): void {
  const samples = Math.min(timeSamples, (numbers[backendNumber.samples] as number) + 1);
  numbers[backendNumber.samples] = samples;
  const times = [request.queueMs, request.connectMs, request.responseMs, request.totalMs];
  for (let index = 0; index < times.length; index++) {
    const mean = numbers[backendNumber.times + index] as number;
    const value = Math.max(0, times[index] as number);
    numbers[backendNumber.times + index] = mean + (value - mean) / samples;
  }
}

function statusClass(status: number): number {
  return status >= 100 && status < 600 ? Math.floor(status / 100) : 0;
}

function add(numbers: Float64Array, at: number, value: number): void {
  numbers[at] = (numbers[at] as number) + value;
}
