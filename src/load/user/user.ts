// One virtual user: goes through the steps of its group again and again, with variables, connections and cookies of its own.

import type { HttpAnswer, HttpClient, ResolvedRequest } from '../http/http-exchange.ts';
import type { Sample } from '../sample.ts';
import type { Actor, UserContext } from './actor.ts';
import { tellIndex } from './controllers/passages.ts';
import { StandingBlocks } from './controllers/standing-blocks.ts';
import { breath, Interruption, type TransactionSample, type Walk } from './controllers/walk.ts';
import type { CompiledGroup } from './group/compiled-group.ts';
import type { GroupState } from './group/group-state.ts';
import { HeldLocks } from './held-locks.ts';
import { InterruptibleWait } from './interruptible-wait.ts';
import type { HttpLeaf } from './sampling/http-leaf.ts';

/** JMeter's name; plans look at it in conditions. */
const lastSampleOk = 'JMeterThread.last_sample_ok';
/** Steps in a row without network or waiting, after which others get their turn. */
const mostQuiet = 50;

export class User implements Actor {
  readonly context: UserContext;
  readonly index: number;
  /** When it was or will be ready for its next step. */
  readyAt: number;
  readonly #group: CompiledGroup;
  readonly #state: GroupState;
  readonly #client: HttpClient;
  readonly #wait: InterruptibleWait;
  readonly #kept = new Map<object, unknown>();
  #isRunning = true;
  #leaves = 0;
  #quiet = 0;
  #arrival: number | undefined;
  /** Most plans have none. */
  #locks: HeldLocks | undefined;
  #interruption: Interruption | undefined;

  /** `index`: within its group over all workers, from 0. */
  constructor(group: CompiledGroup, state: GroupState, index: number, readyAt: number) {
    this.#group = group;
    this.#state = state;
    this.#wait = new InterruptibleWait(state.clock);
    this.index = index;
    this.readyAt = readyAt;
    const name = group.userName(index);
    this.context = state.newContext(name, index + 1);
    this.lastSampleOk = true;
    this.#client = state.tools.clientFor(name);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get leaves(): number {
    return this.#leaves;
  }

  get lastSampleOk(): boolean {
    return this.context.variables.get(lastSampleOk) === 'true';
  }

  set lastSampleOk(isOk: boolean) {
    this.context.variables.set(lastSampleOk, isOk ? 'true' : 'false');
  }

  /** So many iterations (below 0: without end), or until the group's time is over, or it is stopped. Then it is closed. */
  async run(loops: number): Promise<void> {
    try {
      for (let done = 0; done !== loops && this.#goesOn(); done++) {
        await this.iterate(undefined);
      }
    } finally {
      await this.end();
    }
  }

  /** After its last iteration: leaves what it was left standing in, with the samples of that, and is closed. */
  async end(): Promise<void> {
    try {
      if (this.#kept.has(StandingBlocks)) await this.#drive(StandingBlocks.of(this).end());
    } finally {
      this.close();
    }
  }

  /** One iteration; `arrival`: when it was due, in the open model. */
  iterate(arrival: number | undefined): Promise<void> {
    if (++this.context.iteration > 1) this.#client.nextIteration(this.#group.sameUser);
    if (arrival !== undefined) this.readyAt = arrival;
    const { straight } = this.#group;
    return straight ? this.#straightIteration(straight, arrival) : this.#iteration(arrival);
  }

  /** Requests in flight end first; waits end at once. */
  stop(): void {
    this.#isRunning = false;
    this.#wait.end();
  }

  /** Cuts what is in flight. May be called twice. */
  close(): void {
    this.stop();
    this.#client.close();
  }

  now(): number {
    return this.#state.clock.now();
  }

  groupUsers(): number {
    return this.#state.groupUsers();
  }

  allUsers(): number {
    return this.#state.tools.allUsers();
  }

  state<State>(owner: object, make: () => State): State {
    let state = this.#kept.get(owner) as State | undefined;
    if (state === undefined) {
      state = make();
      this.#kept.set(owner, state);
    }
    return state;
  }

  forget(owner: object): void {
    this.#kept.delete(owner);
  }

  enter(section: string): void | Promise<void> {
    this.#locks ??= new HeldLocks(this.#state.tools.shared, this.context.user);
    const soon = this.#locks.enter(section);
    // That others were there is not the generator's slowness.
    return soon?.then(() => {
      this.readyAt = this.now();
    });
  }

  leave(section: string): void {
    this.#locks?.leave(section);
  }

  completed(sample: TransactionSample): Sample {
    const { user, group } = this.context;
    return {
      ...{ ...sample, user, group, url: '', dataType: '', isTransaction: true },
      ...{ groupUsers: this.groupUsers(), allUsers: this.allUsers() },
    };
  }

  record(sample: Sample): void {
    this.#state.tools.record(sample);
  }

  takeArrival(): number | undefined {
    const arrival = this.#arrival;
    this.#arrival = undefined;
    return arrival;
  }

  putArrival(time: number): void {
    this.#arrival = time;
  }

  waitUntil(time: number): Promise<boolean> {
    this.#quiet = 0;
    if (!this.#isRunning || time > this.#state.endsAt) {
      this.#isRunning = false;
      return Promise.resolve(false);
    }
    return this.#wait.until(time);
  }

  until<Value>(promise: Promise<Value>): Promise<Value | undefined> {
    return this.#isRunning ? this.#wait.for(promise) : Promise.resolve(undefined);
  }

  async send(request: ResolvedRequest, wantsBody: boolean): Promise<HttpAnswer> {
    this.#quiet = 0;
    const lagMs = Math.max(0, this.now() - this.readyAt);
    const mayBeCached = request.cache !== undefined;
    const soon = this.#client.send(request, this.#state.tools.nextLoadId(), wantsBody);
    if (!(soon instanceof Promise)) return soon;
    if (!mayBeCached) this.#state.tools.sending(lagMs);
    this.#state.inFlight++;
    const answer = await soon;
    this.#state.inFlight--;
    if (mayBeCached && !answer.isCached) this.#state.tools.sending(lagMs);
    return answer;
  }

  setParameters(): void | Promise<void> {
    return this.#group.parameters.set(this.context, this.index);
  }

  failed(): void {
    const { onError } = this.#group;
    if (onError === 'continue') return;
    this.interrupt(onError === 'next-iteration' ? Interruption.iteration : Interruption.user);
    if (onError === 'stop-test') this.stopRun('gracefully');
    if (onError === 'stop-test-now') this.stopRun('now');
  }

  transactionFailed(): void {
    if (this.#group.onError === 'next-iteration') this.interrupt(Interruption.iteration);
  }

  interrupt(interruption: Interruption): void {
    if (this.#interruption !== Interruption.user) this.#interruption = interruption;
  }

  stopRun(how: 'gracefully' | 'now'): void {
    this.#state.tools.stopRun(how);
  }

  keepDetail(label: string, success: boolean): boolean {
    return this.#state.tools.keepDetail(label, success);
  }

  #goesOn(): boolean {
    return this.#isRunning && this.readyAt < this.#state.endsAt;
  }

  async #iteration(arrival: number | undefined): Promise<void> {
    this.#arrival = arrival;
    tellIndex(this, this.#group.name, this.context.iteration - 1);
    const before = this.#leaves;
    const end = await this.#drive(this.#group.children.pass(this, this.context.iteration === 1));
    this.#endFor(end);
    if (this.#leaves > before) return;
    await breath();
    this.readyAt = this.now();
  }

  /** One that is a single request, always the same: most of what is asked in a big test. No generator and no wait stand in between. */
  async #straightIteration(leaf: HttpLeaf, dueAt: number | undefined): Promise<void> {
    const prepared = leaf.straightRequest(this.context);
    const request = prepared instanceof Promise ? await prepared : prepared;
    if (!this.#isRunning) return;
    const answer = await this.send(request, leaf.wantsBody);
    this.readyAt = answer.startedAt + answer.elapsedMs;
    if (!answer.isCached) {
      const soon = leaf.takeStraight(this, request, answer, dueAt);
      if (soon) await soon;
    }
    if (this.#interruption !== undefined) this.#endFor(this.#takeInterruption());
    if (answer.status === 0 || answer.isCached) await breath();
  }

  /** The loop that is broken off outside of all others is that of the group. */
  #endFor(interruption: Interruption | undefined): void {
    if (interruption === Interruption.user || interruption === Interruption.loopBreak)
      this.#isRunning = false;
  }

  /** Does what the walk gives out, one after the other. What has interrupted it, if that went through all of it. */
  async #drive(walk: Walk): Promise<Interruption | undefined> {
    try {
      let result = walk.next();
      while (!result.done) {
        const work = result.value;
        const value = work instanceof Promise ? await this.#asked(work) : await this.#carriedOut(work);
        const thrown = this.#takeInterruption();
        result = thrown ? walk.throw(thrown) : walk.next(value);
      }
      return undefined;
    } catch (error) {
      if (error instanceof Interruption) return error;
      throw error;
    }
  }

  async #asked(promise: Promise<unknown>): Promise<unknown> {
    const value = await this.until(promise);
    // Who has an arrival to serve is late all the same.
    if (this.#arrival === undefined) this.readyAt = this.now();
    return value;
  }

  async #carriedOut(leaf: { carryOut(actor: Actor): void | Promise<void> }): Promise<void> {
    this.#leaves++;
    const soon = leaf.carryOut(this);
    if (soon) await soon;
    if (++this.#quiet <= mostQuiet) return;
    this.#quiet = 0;
    await breath();
  }

  /** A sample that ended a loop no longer counts as failed for what comes, as with JMeter. */
  #takeInterruption(): Interruption | undefined {
    if (!this.#goesOn()) {
      this.#isRunning = false;
      return Interruption.user;
    }
    const interruption = this.#interruption;
    this.#interruption = undefined;
    if (interruption) this.lastSampleOk = true;
    return interruption;
  }
}
