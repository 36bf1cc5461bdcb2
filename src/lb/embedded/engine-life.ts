// One life of the engine process, as its balancer sees it: orders, answers, the end. Starting it again is engine.ts's.

import { type ChildProcess, fork, type SendHandle } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { BoundPort } from '../../base/bound-port.ts';
import { entryUrl } from '../../base/entry.ts';
import type { Logger } from '../../base/logger.ts';
import type { EngineEvent, Problem } from '../engine.ts';
import type { LbModel } from '../model.ts';
import { drainMs, type EngineOrder, type EngineReply, type TrafficStats } from './engine-messages.ts';
import { changeOf, emptyModel } from './model-change.ts';

export interface EngineLifeOptions {
  readonly workers: number;
  readonly logger: Logger;
  onEvent(event: EngineEvent): void;
  /** See PortRefused. */
  onRefusedPort(key: string, code: string): void;
  /** Five looks without a word of it, and it is killed. Default 1,000. */
  readonly lookEveryMs?: number;
}

/** What it was asked for it cannot do any more. */
export class LifeOverError extends Error {}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A process that says nothing in so many looks hangs. */
const mostMissedLooks = 5;
/** So long it may take to exit beyond what it was told to. */
const exitMs = 1_000;

export class EngineLife {
  readonly startedAt = Date.now();
  /** Resolves with how it ended, in words. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #options: EngineLifeOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #given = new Map<string, BoundPort>();
  #applied: { model: LbModel; problems: Promise<readonly Problem[]> } | undefined;
  #orders = 0;
  #inFlight = 0;
  #missedLooks = -1;
  #ending: string | undefined;

  constructor(options: EngineLifeOptions) {
    this.#options = options;
    // Flags of the program around it may forbid to start a file.
    this.#child = fork(entryUrl('lb/embedded/engine-process'), [String(options.workers)], {
      ...{ execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
      env: engineEnvironment(),
    });
    this.ended = this.#end();
    this.#child.on('message', (reply: EngineReply) => this.#hear(reply));
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      if (output) createInterface(output).on('line', (line) => options.logger.warn(`engine: ${line}`));
    }
    const looks = setInterval(() => this.#look(), options.lookEveryMs ?? 1_000).unref();
    void this.ended.then(() => clearInterval(looks));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** As it was told last: at most 100 ms old. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Before the model that wants them: it gets what it does not have yet, and lets go by itself of what its model does not want. */
  give(ports: ReadonlyMap<string, BoundPort>): void {
    for (const key of this.#given.keys()) if (!ports.has(key)) this.#given.delete(key);
    for (const [key, port] of ports) {
      if (this.#given.get(key) === port) continue;
      this.#given.set(key, port);
      for (let worker = 0; worker < this.#options.workers; worker++) this.#send({ port: key, worker }, port);
    }
  }

  /** Resolves when the model is in force, at once when it is already. Rejects with LifeOverError. */
  apply(model: LbModel): Promise<readonly Problem[]> {
    if (this.#applied?.model === model) return this.#applied.problems;
    const change = changeOf(this.#applied?.model ?? emptyModel, model);
    const problems = this.#ask((apply) => ({ apply, change })) as Promise<readonly Problem[]>;
    this.#applied = { model, problems };
    return problems;
  }

  /** Rejects with LifeOverError. */
  stats(): Promise<TrafficStats> {
    return this.#ask((report) => ({ report })) as Promise<TrafficStats>;
  }

  /** Lets it finish what is in flight, for a while. Resolves when it is gone. */
  async finish(): Promise<void> {
    this.#send({ drain: true });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), drainMs + exitMs);
    await this.ended;
    clearTimeout(timer);
  }

  #ask(order: (id: number) => EngineOrder): Promise<unknown> {
    const id = ++this.#orders;
    return new Promise((resolve, reject) => {
      if (this.#ending !== undefined) return reject(new LifeOverError(this.#ending));
      this.#waiting.set(id, { resolve, reject });
      this.#send(order(id));
    });
  }

  #send(order: EngineOrder, port?: BoundPort): void {
    // It may be gone already: its end says so.
    if (this.#child.connected) this.#child.send(order, port as SendHandle | undefined, () => {});
  }

  #hear(reply: EngineReply): void {
    this.#missedLooks = 0;
    if ('inFlight' in reply) this.#inFlight = reply.inFlight;
    else if ('event' in reply) this.#options.onEvent(reply.event);
    else if ('refusedPort' in reply) this.#options.onRefusedPort(reply.refusedPort, reply.code);
    else if ('applied' in reply) this.#settle(reply.applied, reply.problems);
    else this.#settle(reply.reported, reply.stats);
  }

  #settle(id: number, value: unknown): void {
    this.#waiting.get(id)?.resolve(value);
    this.#waiting.delete(id);
  }

  /** Looks are counted, not time: when this process itself stood still, there is one look before what has come in meanwhile is read. */
  #look(): void {
    if (this.#missedLooks < 0 || this.#missedLooks++ < mostMissedLooks) return;
    this.#ending ??= 'it did not answer any more and was killed';
    this.#child.kill('SIGKILL');
  }

  async #end(): Promise<string> {
    const how = await new Promise<string>((resolve) => {
      this.#child.once('error', (error) => resolve(`it could not be started: ${error.message}`));
      this.#child.once('exit', (code, signal) =>
        resolve(signal ? `killed by ${signal}` : `ended with code ${code}`),
      );
    });
    this.#ending ??= how;
    for (const { reject } of this.#waiting.values()) reject(new LifeOverError(this.#ending));
    this.#waiting.clear();
    return this.#ending;
  }
}

/**
 * libuv registers each new connection with epoll by way of io_uring, which costs more than it saves unless many come in one turn of the
 * loop: a tenth of what a short connection costs. Whoever sets the variable is asked.
 */
function engineEnvironment(): NodeJS.ProcessEnv {
  return { UV_USE_IO_URING: '0', ...process.env };
}
