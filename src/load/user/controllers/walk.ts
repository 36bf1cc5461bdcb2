// How a user finds its way through the steps of a plan. A controller is walked by a generator: it gives out one leaf after the other (and
// promises that it has to have the values of), and is told of a loop's end by an exception thrown in where it stands. So a controller that
// gives out one leaf at a time (JMeter's interleave) leaves the one below it standing: see HeldWalk.

import type { Sample } from '../../sample.ts';
import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { ValueContext } from '../../values/value-context.ts';

/** What a walk gives out; a promise is answered with its value. */
export type Work = Leaf | Promise<unknown>;

export type Walk<Result = void> = Generator<Work, Result, unknown>;

/** Something to be done: a request, a pause, a stop. */
export interface Leaf {
  readonly kind: 'leaf';
  carryOut(walker: Walker): void | Promise<void>;
}

export interface Controller {
  readonly kind: 'controller';
  /** One passage through it. State that outlives it is kept by walker.state(). */
  walk(walker: Walker): Walk;
  /** A passage of what is around it begins, whether or not it comes to this one. `isFirst`: of a loop. */
  around?(walker: Walker, isFirst: boolean): Walk | undefined;
}

export type Node = Leaf | Controller;

/** A user, as controllers see it. */
export interface Walker {
  readonly context: ValueContext;
  /** Within its group over all workers, from 0. */
  readonly index: number;
  /** Leaves carried out so far. */
  readonly leaves: number;
  lastSampleOk: boolean;
  now(): number;
  /** What an element of the plan keeps for this user; made on first use. */
  state<State>(owner: object, make: () => State): State;
  /** It is made anew on its next use. */
  forget(owner: object): void;
  /** Waits until it alone is in sections of that name; without a promise where it has not to. Each is left again, also one that was still waited for. */
  enter(section: string): void | Promise<void>;
  leave(section: string): void;
  /** With user, group and numbers of users. */
  completed(sample: TransactionSample): Sample;
  record(sample: Sample): void;
  /** The parent sample of a transaction was not good: JMeter begins the next iteration where it is to, and stops nobody. */
  transactionFailed(): void;
}

export type TransactionSample = Pick<
  Sample,
  | 'label'
  | 'startedAt'
  | 'elapsedMs'
  | 'latencyMs'
  | 'connectMs'
  | 'idleMs'
  | 'success'
  | 'code'
  | 'message'
  | 'bytes'
  | 'sentBytes'
  | 'parts'
>;

/** Thrown into a walk: what ends. `loop` goes on with its next passage, `loop-break` does not. */
export class Interruption {
  static readonly iteration = new Interruption('iteration');
  static readonly loop = new Interruption('loop');
  static readonly loopBreak = new Interruption('loop-break');
  static readonly user = new Interruption('user');

  readonly what: 'iteration' | 'loop' | 'loop-break' | 'user';

  private constructor(what: Interruption['what']) {
    this.what = what;
  }
}

/** The value of a template, without a promise where there is none. */
export function* evaluated(template: CompiledTemplate, { context }: Walker): Walk<string> {
  const value = template.evaluate(context);
  return typeof value === 'string' ? value : ((yield value) as string);
}

/** A turn of the event loop: for whoever goes round without a request, so that others (and the end of the run) get theirs. */
export function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
