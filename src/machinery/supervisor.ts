// Starts, watches and restarts the processes of a cluster. It knows no word of the field: what a child is for, its configuration says.

import path from 'node:path';
import type { Random } from '../base/backoff.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { LogFile } from './log-file.ts';
import { type ChildSpec, type ChildStatus, SupervisedChild } from './supervised-child.ts';

export interface SupervisorOptions {
  /** Where NAME.log of each child is written. */
  readonly logDir: string;
  /** What children have in their environment beyond this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** After each change of a child's state. */
  readonly onChange?: (status: ChildStatus) => void;
  readonly clock?: Clock;
  readonly random?: Random;
}

interface Member {
  readonly child: SupervisedChild;
  readonly log: LogFile;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #members = new Map<string, Member>();
  /** What was started together is stopped together. */
  readonly #stages: string[][] = [];
  #closing: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /**
   * Starts children side by side; resolves with what each said when it was ready, in order. Rejects, in one line that names the child
   * and its log, when a first start fails; the others go on until close(). From then on, who dies is started again with back-off.
   */
  async start(specs: readonly ChildSpec[]): Promise<unknown[]> {
    const started = this.#addAll(specs).map((child) => child.start());
    await Promise.allSettled(started);
    return Promise.all(started);
  }

  /**
   * Starts one that nothing is to keep from starting, also one that was stopped before. Resolves when it is ready for the first time; not
   * when it is stopped before.
   */
  async insist(spec: ChildSpec): Promise<void> {
    await Promise.all(this.#addAll([spec]).map((child) => child.insist()));
  }

  /** Rejects like SupervisedChild.ask(), and when there is no such child. */
  async ask(name: string, question: unknown): Promise<unknown> {
    return this.#member(name).child.ask(question);
  }

  /** In the order of their starts. */
  list(): ChildStatus[] {
    return [...this.#members.values()].map(({ child }) => child.status);
  }

  /** Sends a signal; a child that dies of it is started again. Throws when there is no such child, or no process of it. */
  kill(name: string, signal: NodeJS.Signals): void {
    if (!this.#member(name).child.signal(signal)) throw new Error(`${name} does not run`);
  }

  /** Stops one child; it may be started again. Throws when there is no such child. */
  async stop(name: string): Promise<void> {
    await this.#member(name).child.stop();
  }

  /** Like stop(), but it is killed before this returns, and hears nothing. */
  async halt(name: string): Promise<void> {
    await this.#member(name).child.halt();
  }

  /** Forgets a child that is stopped. */
  forget(name: string): void {
    this.#member(name).log.close();
    this.#members.delete(name);
  }

  /** Stops all: the last started first, those started together at once. Each has its grace period, then it is killed. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Kills all at once, for those who cannot wait for close(). */
  killAll(): void {
    for (const { child } of this.#members.values()) child.signal('SIGKILL');
  }

  async #close(): Promise<void> {
    for (const names of this.#stages.toReversed()) {
      await Promise.all(names.map((name) => this.#members.get(name)?.child.stop()));
    }
    for (const { log } of this.#members.values()) log.close();
  }

  #addAll(specs: readonly ChildSpec[]): SupervisedChild[] {
    if (this.#closing) throw new Error('the supervisor is stopping');
    this.#stages.push(specs.map((spec) => spec.name));
    return specs.map((spec) => this.#add(spec).child);
  }

  #add(spec: ChildSpec): Member {
    const former = this.#members.get(spec.name);
    if (former && former.child.status.state !== 'stopped')
      throw new Error(`there is a child ${spec.name} already`);
    former?.log.close();
    const log = new LogFile(path.join(this.#options.logDir, `${spec.name}.log`));
    const child = new SupervisedChild(spec, {
      clock: this.#options.clock ?? systemClock,
      random: this.#options.random ?? Math.random,
      log,
      env: this.#options.env ?? {},
      onChange: (status) => this.#options.onChange?.(status),
    });
    const member = { child, log };
    this.#members.set(spec.name, member);
    return member;
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (member) return member;
    throw new Error(`there is no process "${name}"; there are ${[...this.#members.keys()].join(', ')}`);
  }
}
