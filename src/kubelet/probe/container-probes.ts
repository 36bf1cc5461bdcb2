// The probes of one running container: startup first, then liveness and readiness side by side, until stop(). They report; what a result leads
// to is the pod worker's business.

import type { V1Container, V1Probe } from '../../api/generated/types.ts';
import type { Clock } from '../../base/clock.ts';
import {
  hasFailed,
  initialState,
  nextState,
  type ProbeKind,
  type ProbeState,
  pauseMs,
} from './probe-state.ts';
import type { Prober, ProbeTarget } from './prober.ts';

export interface ProbeListener {
  /** The startup probe succeeded. */
  started(): void;
  /** Readiness changed. */
  ready(ready: boolean): void;
  /** The container has to be replaced; nothing is probed any more. */
  failed(kind: 'startup' | 'liveness'): void;
  /** One try failed. */
  unhealthy(kind: ProbeKind, message: string): void;
}

export interface ContainerProbesOptions {
  clock: Clock;
  prober: Prober;
  target: ProbeTarget;
  listener: ProbeListener;
}

export class ContainerProbes {
  readonly #container: V1Container;
  readonly #options: ContainerProbesOptions;
  readonly #abort = new AbortController();
  readonly #timers = new Map<ProbeKind, () => void>();

  /** `startedAgoMs`: initial delays count from the container's start, which was before an adoption. */
  constructor(container: V1Container, options: ContainerProbesOptions, startedAgoMs = 0) {
    this.#container = container;
    this.#options = options;
    if (container.startupProbe) this.#begin('startup', container.startupProbe, startedAgoMs);
    else this.#beginOthers(startedAgoMs);
  }

  /** Nothing is reported afterwards. Idempotent. */
  stop(): void {
    this.#abort.abort();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #beginOthers(startedAgoMs: number): void {
    const { livenessProbe, readinessProbe } = this.#container;
    if (livenessProbe) this.#begin('liveness', livenessProbe, startedAgoMs);
    if (readinessProbe) this.#begin('readiness', readinessProbe, startedAgoMs);
  }

  #begin(kind: ProbeKind, probe: V1Probe, startedAgoMs: number): void {
    const delayMs = (probe.initialDelaySeconds ?? 0) * 1_000 - startedAgoMs;
    this.#schedule(kind, probe, initialState(kind), false, Math.max(0, delayMs));
  }

  #schedule(kind: ProbeKind, probe: V1Probe, state: ProbeState, wasReady: boolean, afterMs: number): void {
    const run = () => void this.#try(kind, probe, state, wasReady);
    this.#timers.set(kind, this.#options.clock.after(afterMs, run));
  }

  async #try(kind: ProbeKind, probe: V1Probe, state: ProbeState, wasReady: boolean): Promise<void> {
    const { success, message } = await this.#ask(probe);
    if (this.#abort.signal.aborted) return;
    const next = nextState(state, probe, success);
    const pause = pauseMs(kind, next, probe, wasReady);
    // The quick tries during a start are expected to fail: nobody needs to hear of them.
    if (!success && pause === (probe.periodSeconds ?? 10) * 1_000) {
      this.#options.listener.unhealthy(kind, message);
    }
    if (this.#isDecided(kind, probe, state, next)) return;
    this.#schedule(kind, probe, next, wasReady || next.passing, pause);
  }

  /** Tells what changed; true when this probe is not needed any more. */
  #isDecided(kind: ProbeKind, probe: V1Probe, before: ProbeState, now: ProbeState): boolean {
    const { listener } = this.#options;
    if (kind !== 'readiness' && hasFailed(kind, now, probe)) {
      this.stop();
      listener.failed(kind);
      return true;
    }
    if (kind === 'startup' && now.passing) {
      this.#timers.delete(kind);
      listener.started();
      if (!this.#abort.signal.aborted) this.#beginOthers(Number.POSITIVE_INFINITY);
      return true;
    }
    if (kind === 'readiness' && now.passing !== before.passing) listener.ready(now.passing);
    return this.#abort.signal.aborted;
  }

  async #ask(probe: V1Probe): Promise<{ success: boolean; message: string }> {
    const { clock, prober, target } = this.#options;
    const timeout = new AbortController();
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1_000;
    const expire = () => timeout.abort(new Error(`no answer within ${timeoutMs} ms`));
    const cancel = clock.after(timeoutMs, expire);
    const stop = () => timeout.abort(this.#abort.signal.reason);
    this.#abort.signal.addEventListener('abort', stop);
    try {
      const outcome = await prober.probe(probe, target, timeout.signal);
      const expired = timeout.signal.aborted && !outcome.success;
      return expired ? { success: false, message: String(timeout.signal.reason?.message) } : outcome;
    } finally {
      cancel();
      this.#abort.signal.removeEventListener('abort', stop);
    }
  }
}
