// Transaction controller: a sample of what is in it as a whole, either besides those of its requests or instead of them.

import type { Assertion } from '../../plan/http-step.ts';
import type { Sample } from '../../sample.ts';
import type { CompiledTemplate } from '../../values/compile-template.ts';
import { judgeTransaction, type Verdict } from '../sampling/judge.ts';
import type { Children } from './children.ts';
import {
  type Controller,
  evaluated,
  Interruption,
  type Leaf,
  type TransactionSample,
  type Walk,
  type Walker,
} from './walk.ts';

/** What happened within one passage so far. */
interface Passage {
  readonly label: string;
  readonly startedAt: number;
  /** End of the sample before; what lies between two of them is waiting. */
  lastEnd: number;
  waitedMs: number;
  inSamplesMs: number;
  latencyMs: number;
  connectMs: number;
  bytes: number;
  sentBytes: number;
  count: number;
  failed: number;
  /** Of the last sample up to the first that failed. */
  code: string;
  readonly parts: Sample[];
}

export interface TransactionTerms {
  readonly name: CompiledTemplate;
  /** Its sample comes instead of those in it, and they are its parts. */
  readonly parentSample: boolean;
  /** Waiting (timers, and what is done between the requests) counts as its time. */
  readonly includeTimers: boolean;
  /** Of a parent sample: what it has to be itself. */
  readonly assertions?: readonly Assertion[];
}

/** Done; only that it takes a turn. */
const turn: Leaf = { kind: 'leaf', carryOut: () => {} };

export class TransactionController implements Controller {
  readonly kind = 'controller';
  readonly terms: TransactionTerms;
  /** The transactions it stands in itself, the innermost first. */
  readonly #around: readonly TransactionController[];
  #children: Children | undefined;

  constructor(terms: TransactionTerms, around: readonly TransactionController[]) {
    this.terms = terms;
    this.#around = around;
  }

  /** Once, before it is walked: its steps know it, so it is there before them. */
  contain(children: Children): this {
    this.#children = children;
    return this;
  }

  *walk(walker: Walker): Walk {
    const label = yield* evaluated(this.terms.name, walker);
    this.#state(walker).passage = newPassage(label, walker.now());
    let how: 'done' | 'interrupted' | 'left' = 'left';
    try {
      yield* (this.#children as Children).pass(walker);
      how = 'done';
    } catch (error) {
      if (error !== Interruption.user) how = 'interrupted';
      throw error;
    } finally {
      // A user that ends in the middle of an additional sample, or goes no further in it, leaves none, as with JMeter.
      if (how !== 'left' || this.terms.parentSample) yield* this.#end(walker, how !== 'done');
    }
    // JMeter counts the end of a parent sample as something done: it takes a turn of an interleave controller.
    if (this.terms.parentSample) yield turn;
  }

  /** A sample that happened in it; true: it goes no further. Ones that are additional themselves are not told to it. */
  takes(walker: Walker, sample: Sample): boolean {
    const { passage } = this.#state(walker);
    if (passage === undefined) return false;
    add(passage, sample);
    if (this.terms.parentSample) passage.parts.push(sample);
    return this.terms.parentSample;
  }

  *#end(walker: Walker, isInterrupted: boolean): Walk {
    const state = this.#state(walker);
    const { passage } = state;
    if (passage === undefined) return;
    state.passage = undefined;
    const sample = walker.completed(this.#sample(passage, walker.now(), isInterrupted));
    if (this.terms.parentSample) yield* this.#endParent(walker, sample, isInterrupted);
    else walker.record(sample);
  }

  /** It is what came last then, good or not, and may end the iteration itself. */
  *#endParent(walker: Walker, sample: Sample, isInterrupted: boolean): Walk {
    const { assertions = [] } = this.terms;
    const soon = judgeTransaction(assertions, sample, walker.context);
    const { success, failure } = (soon instanceof Promise ? yield soon : soon) as Verdict;
    deliver(walker, { ...sample, success, failure }, this.#around);
    if (isInterrupted) return;
    walker.lastSampleOk = success;
    if (!success) walker.transactionFailed();
  }

  #state(walker: Walker): { passage: Passage | undefined } {
    return walker.state(this, () => ({ passage: undefined }));
  }

  /** Codes, messages and what is summed up are JMeter's. */
  #sample(passage: Passage, now: number, isInterrupted: boolean): TransactionSample {
    const { label, startedAt, bytes, sentBytes, count, failed, parts } = passage;
    const { parentSample } = this.terms;
    const success = failed === 0;
    return {
      ...{ label, startedAt, success, ...this.#times(passage, now, isInterrupted), bytes, sentBytes },
      latencyMs: parentSample ? 0 : passage.latencyMs,
      connectMs: parentSample ? 0 : passage.connectMs,
      code: success ? '200' : parentSample ? passage.code : '',
      message: `Number of samples in transaction : ${count}, number of failing samples : ${failed}`,
      ...(parentSample ? { parts } : {}),
    };
  }

  #times(passage: Passage, now: number, isInterrupted: boolean): { elapsedMs: number; idleMs: number } {
    const { startedAt, lastEnd, waitedMs, inSamplesMs } = passage;
    if (this.terms.parentSample) {
      if (this.terms.includeTimers) return { elapsedMs: lastEnd - startedAt, idleMs: 0 };
      return { elapsedMs: inSamplesMs, idleMs: Math.max(0, now - startedAt - inSamplesMs) };
    }
    if (this.terms.includeTimers) return { elapsedMs: now - startedAt, idleMs: 0 };
    const idleMs = waitedMs + (isInterrupted ? 0 : now - lastEnd);
    return { elapsedMs: Math.max(0, now - startedAt - idleMs), idleMs };
  }
}

/** Where a sample goes: into the transactions around it, from the innermost outwards, and into the results if none of them keeps it. */
export function deliver(walker: Walker, sample: Sample, around: readonly TransactionController[]): void {
  for (const transaction of around) if (transaction.takes(walker, sample)) return;
  walker.record(sample);
}

function newPassage(label: string, startedAt: number): Passage {
  return {
    ...{ label, startedAt, lastEnd: startedAt, waitedMs: 0, inSamplesMs: 0, latencyMs: 0, connectMs: 0 },
    ...{ bytes: 0, sentBytes: 0, count: 0, failed: 0, code: '', parts: [] },
  };
}

function add(passage: Passage, sample: Sample): void {
  const end = sample.startedAt + sample.elapsedMs + sample.idleMs;
  passage.waitedMs += Math.max(0, end - sample.elapsedMs - passage.lastEnd);
  passage.lastEnd = end;
  passage.inSamplesMs += sample.elapsedMs;
  passage.latencyMs += sample.latencyMs;
  passage.connectMs += sample.connectMs;
  passage.bytes += sample.bytes;
  passage.sentBytes += sample.sentBytes;
  passage.count++;
  if (passage.failed === 0) passage.code = sample.code;
  if (!sample.success) passage.failed++;
}
