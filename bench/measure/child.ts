// A process of the cluster as its supervisor would start it, but alone, with its pid and its times at hand.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { smallHeap } from '../../src/machinery/launch.ts';
import type { Announcement, Assignment } from '../../src/machinery/supervised-messages.ts';

export interface ChildOrder extends Assignment {
  /** A file that calls runSupervised(). */
  readonly entry: URL;
  /** Where NAME.log is written. */
  readonly logDir: string;
  /** Where Node keeps compiled code between starts, as it does for `relevo up`. Default: a folder of this clone. */
  readonly codeCache?: string;
  /** A program and its arguments that run it instead of the system: `strace …`. */
  readonly under?: readonly string[];
}

const graceMs = 20_000;

export class Child<I> {
  /** What it said when it was ready. */
  readonly info: I;
  /** Of performance.now(). */
  readonly startedAt: number;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, exited: Promise<unknown>, info: I, startedAt: number) {
    this.#process = child;
    this.#exited = exited;
    this.info = info;
    this.startedAt = startedAt;
  }

  /** Rejects with the reason and the end of its log when it does not become ready. */
  static async start<I>(order: ChildOrder): Promise<Child<I>> {
    const file = path.join(order.logDir, `${order.name}.log`);
    const startedAt = performance.now();
    const child = spawned(order, file);
    const exited = once(child, 'exit');
    const failure = exited.then(() => `${order.name} ended before it was ready`);
    const { name, config } = order;
    child.send({ name, config } satisfies Assignment, () => {});
    const first = await Promise.race([once(child, 'message'), failure]);
    const announcement: Announcement = typeof first === 'string' ? { failed: first } : first[0];
    if ('ready' in announcement) return new Child(child, exited, announcement.ready as I, startedAt);
    child.kill('SIGKILL');
    throw new Error(`${name}: ${announcement.failed}\n${lastLines(file)}`);
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  /** A message beyond those of supervision, for children that take some. */
  tell(message: object): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#process.send(message, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Resolves with the next message. */
  async hear(): Promise<unknown> {
    return (await once(this.#process, 'message'))[0];
  }

  /** As if its machine had lost its power, but for the disk's cache. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#exited;
  }

  /** SIGTERM, and SIGKILL when that has not helped after 20 s. Idempotent. */
  async stop(): Promise<void> {
    const killer = setTimeout(() => this.#signal('SIGKILL'), graceMs);
    this.#signal('SIGTERM');
    await this.#exited;
    clearTimeout(killer);
  }

  /** To all of its process group: what it runs under may not pass a signal on. */
  #signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, signal);
  }
}

export const usualCodeCache = path.join(import.meta.dirname, '..', '..', '.cache', 'code');

function spawned(
  { entry, under = [], codeCache = usualCodeCache }: ChildOrder,
  logFile: string,
): ChildProcess {
  const log = openSync(logFile, 'a');
  // Flags such as --cpu-prof are for the children, too.
  const flags = [...process.execArgv, ...smallHeap];
  const [program = '', ...args] = [...under, process.execPath, ...flags, fileURLToPath(entry)];
  const env = { ...process.env, NODE_COMPILE_CACHE: codeCache };
  const child = spawn(program, args, { stdio: ['ignore', log, log, 'ipc'], detached: true, env });
  closeSync(log);
  return child;
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
}
