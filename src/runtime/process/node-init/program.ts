// One program: in a session of its own, its output in its log, its end accounted for, and nothing of it left afterwards.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { Clock } from '../../../base/clock.ts';
import { LogWriter } from '../../log/log-writer.ts';
import { kill, killMarkedProcesses } from '../marked-processes.ts';
import type { ProgramExit, ProgramOrder, ProgramRecord } from './messages.ts';
import { outputPipes } from './output-pipes.ts';

/** How long the log waits for output of processes that got away from their program and hold its pipes. */
const lastOutputMs = 1_000;

export class Program {
  readonly order: ProgramOrder;
  readonly #clock: Clock;
  readonly #ended = Promise.withResolvers<ProgramExit>();
  #child: ChildProcess | undefined;
  #startedAt = 0;
  #exit: ProgramExit | undefined;
  #killAt = Number.POSITIVE_INFINITY;
  #cancelKill = () => {};

  constructor(order: ProgramOrder, clock: Clock) {
    this.order = order;
    this.#clock = clock;
  }

  get record(): ProgramRecord {
    const { order } = this;
    return { order, pid: this.#child?.pid ?? 0, startedAt: this.#startedAt, exit: this.#exit };
  }

  /** Resolves when nothing of it runs any more and its log is complete. */
  get ended(): Promise<ProgramExit> {
    return this.#ended.promise;
  }

  /** Resolves when it runs; rejects with the system's error when it cannot be started. */
  async start(): Promise<void> {
    const { argv, env, cwd, logFile } = this.order;
    const { stdout, stderr } = await outputPipes(logFile);
    const log = new LogWriter(logFile, this.#clock.now);
    stdout.readable.on('data', (chunk) => log.write('stdout', chunk));
    stderr.readable.on('data', (chunk) => log.write('stderr', chunk));
    const closed = Promise.all([once(stdout.readable, 'close'), once(stderr.readable, 'close')]);
    try {
      this.#startedAt = this.#clock.now();
      const [program = '', ...args] = argv;
      // A session of its own: its process group can be signalled whole, and no terminal reaches it.
      const child = spawn(program, args, {
        cwd,
        env,
        detached: true,
        stdio: ['ignore', stdout.writeFd, stderr.writeFd],
      });
      this.#child = child;
      child.once('exit', (code, signal) => void this.#end(exitOf(code, signal), closed, log));
      await once(child, 'spawn');
    } catch (error) {
      stdout.readable.destroy();
      stderr.readable.destroy();
      log.close();
      throw error;
    } finally {
      closeSync(stdout.writeFd);
      closeSync(stderr.writeFd);
    }
  }

  /**
   * Resolves like `ended`. The stop signal goes to the main process alone, as to a container's: a server of several processes winds its
   * workers down itself. What is left when it has ended, or when the grace period is over, is killed.
   */
  stop(graceMs: number): Promise<ProgramExit> {
    const killAt = this.#clock.monotonic() + graceMs;
    if (this.#exit || killAt >= this.#killAt) return this.ended;
    const isFirst = this.#killAt === Number.POSITIVE_INFINITY;
    this.#killAt = killAt;
    this.#cancelKill();
    if (graceMs <= 0) {
      this.killAll();
      return this.ended;
    }
    this.#cancelKill = this.#clock.after(graceMs, () => this.killAll());
    if (isFirst && this.#child?.pid) kill(this.#child.pid, this.order.stopSignal as NodeJS.Signals);
    return this.ended;
  }

  /** At once and synchronously. */
  killAll(): void {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#exit) return;
    kill(-pid, 'SIGKILL');
    killMarkedProcesses(this.order.marker);
  }

  async #end(how: Omit<ProgramExit, 'finishedAt'>, closed: Promise<unknown>, log: LogWriter): Promise<void> {
    const finishedAt = this.#clock.now();
    this.killAll();
    this.#cancelKill();
    const patience = Promise.withResolvers<void>();
    const cancel = this.#clock.after(lastOutputMs, patience.resolve);
    await Promise.race([closed.catch(() => {}), patience.promise]);
    cancel();
    log.close();
    this.#exit = { finishedAt, ...how };
    this.#ended.resolve(this.#exit);
  }
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): Omit<ProgramExit, 'finishedAt'> {
  if (signal === null) return { exitCode: code ?? 0 };
  const number = constants.signals[signal];
  return { exitCode: 128 + number, signal: number };
}
