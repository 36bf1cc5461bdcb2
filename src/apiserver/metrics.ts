// /metrics in Prometheus' text format, with the names Kubernetes uses where it has them.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter<'verb' | 'code'>;
  readonly #durations: Histogram<'verb'>;
  readonly #inFlight: Gauge;
  #collectsDefaults = false;

  constructor() {
    const registers = [this.registry];
    this.#requests = new Counter({
      name: 'apiserver_request_total',
      help: 'Requests answered, by HTTP method and status.',
      labelNames: ['verb', 'code'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'apiserver_request_duration_seconds',
      help: 'Time from a request to its answer; watches count until they start.',
      labelNames: ['verb'],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5],
      registers,
    });
    this.#inFlight = new Gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Requests being worked on now.',
      registers,
    });
  }

  /** Counts a request in; the returned function counts its answer. */
  begin(method: string): (code: number) => void {
    const started = performance.now();
    this.#inFlight.inc();
    return (code) => {
      this.#inFlight.dec();
      this.#requests.inc({ verb: method, code });
      this.#durations.observe({ verb: method }, (performance.now() - started) / 1_000);
    };
  }

  /** The page. Figures of the process itself are collected from the first call on. */
  async text(): Promise<string> {
    if (!this.#collectsDefaults) {
      this.#collectsDefaults = true;
      collectDefaultMetrics({ register: this.registry });
    }
    return this.registry.metrics();
  }
}
