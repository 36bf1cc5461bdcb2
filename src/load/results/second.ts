// What happened in one second of a run, over all workers.

export interface Second {
  /** From 0, counted from the start of the run. A sample belongs to the second in which it ended. */
  readonly index: number;
  readonly users: number;
  readonly inFlight: number;
  /** Iterations that were not begun for want of users (open model). */
  readonly dropped: number;
  readonly sent: number;
  /** All requests; transactions are not part of it. */
  readonly total: SecondOfLabel;
  /** By label; transactions too, marked. */
  readonly labels: ReadonlyMap<string, SecondOfLabel>;
  readonly generator: GeneratorLoad;
}

/** Milliseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Its quantiles are naive. */
export interface SecondOfLabel extends Quantiles {
  readonly isTransaction: boolean;
  readonly count: number;
  readonly failed: number;
  /** Answers of the balancer itself. */
  readonly sorry: number;
  readonly shed: number;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly sumMs: number;
  /** Where there is a schedule. */
  readonly corrected?: Quantiles;
}

/** How near the generator is to its own limits: the worst of its workers. */
export interface GeneratorLoad {
  /** 0 to 1, of one core each. */
  readonly cpu: number;
  /** Event loop utilisation, 0 to 1. */
  readonly loop: number;
  /** 99 % of requests were sent at most so much later than they were due, or than their user was ready. */
  readonly sendLagMs: number;
}
