// One run of a simulated container: when it becomes ready, ends, and what it uses until then. It holds a timer only while something is due.

import type { Clock } from '../../base/clock.ts';
import { RunContainerError } from '../errors.ts';
import type { ContainerSpec, ContainerUsage, RuntimeContainer } from '../runtime.ts';
import type { Script } from './script.ts';

export interface ContainerSurroundings {
  clock: Clock;
  /** Called after the snapshot changed. */
  changed(container: RuntimeContainer): void;
}

/** Longer ones fire at once in Node. */
const longestTimerMs = 2 ** 31 - 1;
const sigkill = 9;
const sigterm = 15;

export class SimulatedContainer {
  readonly #surroundings: ContainerSurroundings;
  #script: Script;
  #snapshot: RuntimeContainer;
  #cancel: () => void = () => {};
  #stopAt = Number.POSITIVE_INFINITY;
  #waiters: ((ended: RuntimeContainer) => void)[] = [];
  /** What was used before the script last changed. */
  #usedNanoseconds = 0;
  #usedUntil: number;

  /** Runs from now on. Throws a RunContainerError when the script says so. */
  constructor(
    id: string,
    podUid: string,
    spec: ContainerSpec,
    script: Script,
    surroundings: ContainerSurroundings,
  ) {
    if (script.failsToStart) {
      throw new RunContainerError(
        `the simulation lets container ${spec.name} fail to start (annotation fail)`,
      );
    }
    const { clock } = surroundings;
    const { name, attempt, image } = spec;
    this.#surroundings = surroundings;
    this.#script = script;
    this.#usedUntil = clock.now();
    const health = script.neverReady ? 'starting' : undefined;
    this.#snapshot = { id, podUid, name, attempt, image, startedAt: clock.now(), health };
    if (spec.init) this.#end(script.exitCode ?? 0);
    else if (script.failAfterMs !== undefined) {
      const afterMs = Math.min(script.failAfterMs, longestTimerMs);
      this.#cancel = clock.after(afterMs, () => this.end(script.exitCode ?? 1));
    }
  }

  get snapshot(): RuntimeContainer {
    return this.#snapshot;
  }

  get isRunning(): boolean {
    return this.#snapshot.exit === undefined;
  }

  /** The script of a pod whose annotations changed: usage and readiness at once, the rest from the next run on. */
  follow(script: Script): void {
    this.#usedNanoseconds = this.#used(this.#surroundings.clock.now());
    this.#usedUntil = this.#surroundings.clock.now();
    this.#script = script;
    if (this.isRunning) this.setHealth(script.neverReady ? 'unhealthy' : 'healthy');
  }

  setHealth(health: RuntimeContainer['health']): void {
    if (!this.isRunning || (this.#snapshot.health ?? 'healthy') === (health ?? 'healthy')) return;
    this.#snapshot = { ...this.#snapshot, health };
    this.#surroundings.changed(this.#snapshot);
  }

  /** It ends now, by itself or by a signal. Nothing when it has ended. */
  end(exitCode: number, more: { signal?: number; reason?: string } = {}): void {
    if (!this.isRunning) return;
    this.#end(exitCode, more);
    this.#surroundings.changed(this.#snapshot);
    for (const tell of this.#waiters.splice(0)) tell(this.#snapshot);
  }

  #end(exitCode: number, more: { signal?: number; reason?: string } = {}): void {
    this.#cancel();
    const finishedAt = this.#surroundings.clock.now();
    this.#snapshot = { ...this.#snapshot, exit: { finishedAt, exitCode, ...more } };
  }

  /** SIGTERM, and SIGKILL after the grace period. */
  stop(graceMs: number): Promise<RuntimeContainer> {
    if (!this.isRunning) return Promise.resolve(this.#snapshot);
    const { clock } = this.#surroundings;
    const obeys = this.#script.stopAfterMs <= graceMs && graceMs > 0;
    const afterMs = Math.min(longestTimerMs, obeys ? this.#script.stopAfterMs : graceMs);
    const ended = new Promise<RuntimeContainer>((resolve) => this.#waiters.push(resolve));
    const at = clock.monotonic() + afterMs;
    if (at < this.#stopAt) {
      this.#stopAt = at;
      this.#cancel();
      const signal = obeys ? sigterm : sigkill;
      const exit = () => this.end(128 + signal, { signal });
      if (afterMs === 0) exit();
      else this.#cancel = clock.after(afterMs, exit);
    }
    return ended;
  }

  usage(): ContainerUsage {
    const at = this.#surroundings.clock.now();
    const { id, podUid, name } = this.#snapshot;
    const { cpuMillis, memoryBytes } = this.#script;
    const cpuCoreNanoseconds = Math.round(this.#used(at));
    const cpu = { cpuCoreNanoseconds, cpuNanocores: cpuMillis * 1e6 };
    return { podUid, containerId: id, name, at, ...cpu, memoryWorkingSetBytes: memoryBytes };
  }

  #used(now: number): number {
    // A thousandth of a core for a millisecond is a thousand nanoseconds.
    return this.#usedNanoseconds + this.#script.cpuMillis * 1e3 * Math.max(0, now - this.#usedUntil);
  }
}
