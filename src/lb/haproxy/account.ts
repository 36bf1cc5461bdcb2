// In which bin requests end. HAProxy counts answers by their first digit, every request once; what did not go well it also tells of, one by
// one. So the bins are its counts, with what was told of moved to where it belongs: exact without a log of everything.

import { type Bins, noOutcomes, type Outcome, outcomeOfStatus, outcomes } from '../outcome.ts';
import type { Ended } from './event-stream.ts';

/** Answers by their first digit, 1 to 5; index 0 is none. */
export type Classes = readonly number[];

interface Told {
  /** Those that were told of, as HAProxy counted them. */
  readonly counted: number[];
  /** By what the client got. */
  readonly classes: number[];
  readonly bins: Record<Outcome, number>;
}

export class Account {
  readonly #told = new Map<string, Told>();

  note(ended: Ended): void {
    const outcome = outcomeOf(ended);
    this.#add(ended.frontend, ended, outcome);
    if (ended.backend !== ended.frontend) this.#add(ended.backend, ended, outcome);
  }

  /** Of one frontend or backend (its name inside of HAProxy), from what HAProxy counted of it. */
  settle(name: string, counted: Classes): { bins: Bins; classes: number[] } {
    const told = this.#told.get(name) ?? nothingTold();
    // A request may be told of a moment before it is counted.
    const plain = counted.map((count, digit) => Math.max(0, count - (told.counted[digit] ?? 0)));
    const [none = 0, one = 0, two = 0, three = 0, four = 0, five = 0] = plain;
    const ok = one + two + three;
    return {
      bins: addUp(told.bins, { ok, clientError: four, serverError: five + none }),
      classes: plain.map((count, digit) => count + (told.classes[digit] ?? 0)),
    };
  }

  /** In mode tcp: of so many connections that are over. */
  settleConnections(name: string, over: number): Bins {
    const told = this.#told.get(name) ?? nothingTold();
    const plain = Math.max(0, over - told.counted.reduce((sum, count) => sum + count, 0));
    return addUp(told.bins, { ok: plain });
  }

  #add(name: string, ended: Ended, outcome: Outcome): void {
    const told = this.#told.get(name) ?? nothingTold();
    this.#told.set(name, told);
    const digit = digitOf(ended.status);
    const got = wasNeverAnswered(ended) ? 0 : digit;
    told.counted[digit] = (told.counted[digit] ?? 0) + 1;
    told.classes[got] = (told.classes[got] ?? 0) + 1;
    told.bins[outcome]++;
  }
}

function nothingTold(): Told {
  return { counted: [0, 0, 0, 0, 0, 0], classes: [0, 0, 0, 0, 0, 0], bins: { ...noOutcomes } };
}

function addUp(bins: Bins, more: Partial<Bins>): Bins {
  const sums = outcomes.map((outcome) => [outcome, bins[outcome] + (more[outcome] ?? 0)]);
  return Object.fromEntries(sums) as Record<Outcome, number>;
}

function digitOf(status: number): number {
  const digit = Math.floor(status / 100);
  return digit >= 1 && digit <= 5 ? digit : 0;
}

// HAProxy notes 400 where a client left before an answer.
function wasNeverAnswered({ termination }: Ended): boolean {
  return /^C[^DL]/.test(termination);
}

/** By the precedence of outcome.ts. Termination states are those of HAProxy's manual, 8.5. */
export function outcomeOf(ended: Ended): Outcome {
  const { status, termination, isSorry, backend, frontend } = ended;
  const [who = '-', when = '-'] = termination;
  if (status === 101) return 'ok';
  if (who === 'C' || (who === 'c' && when === 'D')) return 'aborted';
  if (isSorry) return 'sorry';
  if (status === 503 && backend !== frontend) {
    if (who === 'L') return 'sorry';
    // sQ: its time in the queue was over. P: a rule refused it because the queue was full.
    if (termination === 'sQ' || who === 'P') return 'shed';
  }
  if (status === 0) return who === 'P' || who === 'c' ? 'clientError' : 'serverError';
  const isTruncated = status < 400 && (when === 'D' || when === 'L') && who !== 'L' && who !== '-';
  return isTruncated ? 'serverError' : outcomeOfStatus(status);
}
