// One program: in a session of its own, its output in its log, its end accounted for, and nothing of it left afterwards.

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Clock } from '../../../base/clock.ts';
import { enteredProcess } from '../../../base/namespaces/entered-process.ts';
import { LogWriter } from '../../log/log-writer.ts';
import type { ProgramLimiter } from '../limits/program-limiter.ts';
import { kill, killMarkedProcesses } from '../marked-processes.ts';
import { StartReport } from '../root/start-report.ts';
import { spawnPiped } from '../spawn/spawn-piped.ts';
import { spawnOnTerminal } from '../spawn/spawn-terminal.ts';
import type { ProgramEnd, Spawned } from '../spawn/spawned.ts';
import type { ProgramExit, ProgramOrder, ProgramRecord, Size } from './messages.ts';
import { TerminalAudience } from './terminal-audience.ts';

/** How long the log waits for output of processes that got away from their program and hold its pipes. */
const lastOutputMs = 1_000;

export class Program {
  readonly order: ProgramOrder;
  readonly #clock: Clock;
  readonly #limiter: ProgramLimiter;
  readonly #ended = Promise.withResolvers<ProgramExit>();
  #spawned: Spawned | undefined;
  #audience: TerminalAudience | undefined;
  #startedAt = 0;
  #exit: ProgramExit | undefined;
  #isTooLarge = false;
  #killAt = Number.POSITIVE_INFINITY;
  #cancelKill = () => {};

  constructor(order: ProgramOrder, clock: Clock, limiter: ProgramLimiter) {
    this.order = order;
    this.#clock = clock;
    this.#limiter = limiter;
  }

  get record(): ProgramRecord {
    const { order } = this;
    return { order, pid: this.#spawned?.pid ?? 0, startedAt: this.#startedAt, exit: this.#exit };
  }

  /** Resolves when nothing of it runs any more and its log is complete. */
  get ended(): Promise<ProgramExit> {
    return this.#ended.promise;
  }

  /** Whoever watches its terminal. Undefined without one. */
  get audience(): TerminalAudience | undefined {
    return this.#audience;
  }

  get stdin(): Writable | undefined {
    return this.#spawned?.stdin;
  }

  /** Resolves when it runs; rejects with the system's error, or NotSupportedError, when it cannot be started. */
  async start(): Promise<void> {
    const { tty, logFile, argv } = this.order;
    const log = new LogWriter(logFile, this.#clock.now);
    this.#startedAt = this.#clock.now();
    try {
      const order = { ...this.order, argv: this.#limiter.wrap(this.order, argv), scratch: logFile };
      const report = order.report === undefined ? undefined : await StartReport.open(order.report);
      const spawned = await (tty ? spawnOnTerminal(order) : spawnPiped(order)).catch((error) => {
        report?.close();
        throw error;
      });
      const closed = heard(spawned, log);
      this.#spawned = spawned;
      await report?.outcome(spawned.exited);
      if (tty) this.#audience = new TerminalAudience(spawned.stdout);
      this.#limiter.follow(this.order, () => this.#outOfMemory());
      void spawned.exited.then((end) => this.#end(end, closed, log));
    } catch (error) {
      this.killAll();
      log.close();
      this.#limiter.ended(this.order.id);
      throw error;
    }
  }

  resize(size: Size): void {
    this.#spawned?.resize(size);
  }

  /** For good: as when the cable of a terminal is pulled, or the writer of a pipe goes. */
  closeStdin(): void {
    if (!this.order.tty) this.stdin?.end();
    else if (!this.#exit && this.#spawned) kill(-enteredProcess(this.#spawned.pid), 'SIGHUP');
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
    if (isFirst && this.#spawned)
      kill(enteredProcess(this.#spawned.pid), this.order.stopSignal as NodeJS.Signals);
    return this.ended;
  }

  /** At once and synchronously. */
  killAll(): void {
    const pid = this.#spawned?.pid;
    if (pid === undefined || this.#exit) return;
    // On a terminal what was put into a pod has a session of its own there.
    if (this.order.tty) kill(-enteredProcess(pid), 'SIGKILL');
    kill(-pid, 'SIGKILL');
    killMarkedProcesses(this.order.marker);
    this.#limiter.killAll(this.order.id);
  }

  #outOfMemory(): void {
    this.#isTooLarge = true;
    this.killAll();
  }

  async #end(how: ProgramEnd, closed: Promise<unknown>, log: LogWriter): Promise<void> {
    const finishedAt = this.#clock.now();
    this.killAll();
    this.#cancelKill();
    this.#audience?.lastCall();
    const patience = Promise.withResolvers<void>();
    const cancel = this.#clock.after(lastOutputMs, patience.resolve);
    await Promise.race([closed.catch(() => {}), patience.promise]);
    cancel();
    log.close();
    const isTooLarge = this.#limiter.ended(this.order.id) || this.#isTooLarge;
    const outOfMemory = isTooLarge && how.exitCode !== 0;
    this.#exit = { finishedAt, ...how, ...(outOfMemory ? { outOfMemory } : {}) };
    this.#ended.resolve(this.#exit);
  }
}

/** Resolves when both streams have ended. */
async function heard({ stdout, stderr }: Spawned, log: LogWriter): Promise<void> {
  const streams = { stdout, stderr };
  const ends = (['stdout', 'stderr'] as const).flatMap((name) => {
    const stream = streams[name]?.on('data', (chunk) => log.write(name, chunk));
    return stream ? [once(stream, 'close')] : [];
  });
  await Promise.all(ends);
}
