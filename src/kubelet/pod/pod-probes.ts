// The probes of all running containers of a pod: keeps them going and writes what they say into the containers' records.

import { ContainerProbes } from '../probe/container-probes.ts';
import type { ContainerRecord } from './container-record.ts';
import type { PodContext } from './pod-context.ts';
import type { PodState } from './pod-state.ts';

const titles = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' };

export class PodProbes {
  readonly #context: PodContext;
  readonly #state: PodState;
  readonly #onChange: () => void;
  readonly #running = new Map<ContainerRecord, ContainerProbes>();

  constructor(context: PodContext, state: PodState, onChange: () => void) {
    this.#context = context;
    this.#state = state;
    this.#onChange = onChange;
  }

  /** A container that runs, from now on. */
  follow(record: ContainerRecord): void {
    this.forget(record);
    const { prober, clock } = this.#context;
    const { container, current } = record;
    const { startupProbe, livenessProbe, readinessProbe, ports = [] } = container;
    if (!prober || !current || !(startupProbe || livenessProbe || readinessProbe)) return;
    const target = { containerId: current.id, podIp: this.#state.podIps[0] ?? '', ports };
    const options = { clock, prober, target, listener: this.#listener(record) };
    this.#running.set(record, new ContainerProbes(container, options, clock.now() - current.startedAt));
  }

  forget(record: ContainerRecord): void {
    this.#running.get(record)?.stop();
    this.#running.delete(record);
  }

  /** Idempotent. */
  close(): void {
    for (const probes of this.#running.values()) probes.stop();
    this.#running.clear();
  }

  #listener(record: ContainerRecord): ConstructorParameters<typeof ContainerProbes>[1]['listener'] {
    const change = (apply: () => void) => {
      apply();
      this.#onChange();
    };
    return {
      started: () => change(() => (record.started = true)),
      ready: (ready) => change(() => (record.passing = ready)),
      failed: (kind) => change(() => (record.replace = `failed ${kind} probe`)),
      unhealthy: (kind, message) => {
        const { listening } = this.#context;
        const hint = message.includes('ECONNREFUSED') ? (listening?.hint(this.#state) ?? '') : '';
        const text = `${titles[kind]} probe failed: ${message}${hint}`;
        this.#context.events.containerWarning(this.#state.pod, record, 'Unhealthy', text);
      },
    };
  }
}
