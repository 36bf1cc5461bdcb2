// Stops containers of a pod: those who send requests to it first, then hook, SIGTERM, grace period, SIGKILL. The grace period covers all of
// it and may be shortened meanwhile.

import { departureWaitMs } from '../../api/relevo/departure.ts';
import type { RuntimeContainer } from '../../runtime/runtime.ts';
import { type ContainerRecord, isRunning, lost } from './container-record.ts';
import { runHook } from './hooks.ts';
import type { PodContext } from './pod-context.ts';
import type { PodState } from './pod-state.ts';

export class Stopping {
  readonly #context: PodContext;
  readonly #state: PodState;
  readonly #ended: (run: RuntimeContainer) => void;
  readonly #signal: AbortSignal;
  readonly #hooks = new AbortController();
  readonly #departing = new AbortController();
  /** Those told to stop but not yet ended. */
  readonly #pending = new Set<string>();
  /** Monotonic milliseconds. */
  #deadline: number;
  #records: readonly ContainerRecord[] = [];
  #cancelHooks: () => void = () => {};
  #cancelDeparture: () => void = () => {};

  /** `ended` is told of each container that runs no more. An abort of the signal ends only the waiting. */
  constructor(
    context: PodContext,
    state: PodState,
    graceMs: number,
    ended: (run: RuntimeContainer) => void,
    signal: AbortSignal,
  ) {
    this.#signal = signal;
    this.#ended = ended;
    this.#context = context;
    this.#state = state;
    this.#deadline = context.clock.monotonic() + graceMs;
  }

  /**
   * Resolves when none of them runs. Sidecars are stopped last, the latest first (KEP-753). `why` is the event's text. `departing`: they
   * serve until nobody sends them anything, or most of the grace period is over.
   */
  async run(
    records: readonly ContainerRecord[],
    why: (name: string) => string,
    departing = false,
  ): Promise<void> {
    this.#records = records;
    this.#limit(departureWaitMs(this.#leftMs()));
    const abort = () => this.#abort();
    this.#signal.addEventListener('abort', abort);
    try {
      if (departing) await this.#departed();
      await this.#stopAll(records.filter(isRunning), why);
    } finally {
      this.#abort();
      this.#signal.removeEventListener('abort', abort);
    }
  }

  /** A container runs no more. */
  exited(): void {
    if (!this.#records.some(isRunning)) this.hurry();
  }

  /** Nobody is waited for any more. */
  hurry(): void {
    this.#departing.abort();
  }

  /** From now on. A longer one than what is left changes nothing. */
  shorten(graceMs: number): void {
    const deadline = this.#context.clock.monotonic() + graceMs;
    if (deadline >= this.#deadline) return;
    this.#deadline = deadline;
    this.#limit(departureWaitMs(graceMs));
    for (const id of this.#pending) {
      this.#context.runtime.stopContainer(id, { graceMs }).catch((error: unknown) => {
        this.#context.logger.warn('a grace period could not be shortened', { container: id, error });
      });
    }
  }

  #limit(departureMs: number): void {
    const { clock } = this.#context;
    this.#cancelHooks();
    this.#cancelHooks = clock.after(this.#leftMs(), () => this.#hooks.abort());
    this.#cancelDeparture();
    this.#cancelDeparture = clock.after(departureMs, () => this.#departing.abort());
  }

  #abort(): void {
    this.#cancelHooks();
    this.#cancelDeparture();
    this.#hooks.abort();
    this.#departing.abort();
  }

  /** Whoever has ended already serves nobody. */
  async #departed(): Promise<void> {
    const { departures, events } = this.#context;
    const { pod } = this.#state;
    if (!departures || this.#leftMs() === 0 || !this.#records.some(isRunning)) return;
    const missing = await departures.cleared(pod, this.#departing.signal);
    this.#signal.throwIfAborted();
    if (missing.length === 0 || !this.#records.some(isRunning)) return;
    const text = `It is stopped although ${missing.join(', ')} did not say in time that no request is under way to it`;
    events.warning(pod, 'DepartureNotAcknowledged', text);
  }

  async #stopAll(running: readonly ContainerRecord[], why: (name: string) => string): Promise<void> {
    const others = running.filter(({ role }) => role !== 'sidecar');
    await Promise.all(others.map((record) => this.#stop(record, why)));
    for (const record of running.toReversed()) {
      if (record.role === 'sidecar') await this.#stop(record, why);
    }
  }

  #leftMs(): number {
    return Math.max(0, this.#deadline - this.#context.clock.monotonic());
  }

  async #stop(record: ContainerRecord, why: (name: string) => string): Promise<void> {
    const { events, runtime } = this.#context;
    const { container, current } = record;
    if (!current) return;
    events.containerNormal(this.#state.pod, record, 'Killing', why(container.name));
    await this.#preStop(record);
    this.#signal.throwIfAborted();
    this.#pending.add(current.id);
    try {
      const ended = await runtime.stopContainer(current.id, { graceMs: this.#leftMs() }, this.#signal);
      this.#ended(ended ?? lost(current, this.#context.clock.now()));
    } finally {
      this.#pending.delete(current.id);
    }
  }

  async #preStop(record: ContainerRecord): Promise<void> {
    const hook = record.container.lifecycle?.preStop;
    if (!hook || this.#leftMs() === 0) return;
    const problem = await runHook(hook, this.#context, this.#state, record, this.#hooks.signal);
    if (problem === undefined) return;
    this.#context.events.containerWarning(
      this.#state.pod,
      record,
      'FailedPreStopHook',
      `PreStopHook failed: ${problem}`,
    );
  }
}
