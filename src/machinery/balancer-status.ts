// How the balancer of a running cluster is reached: what its control socket answers.

/** Plain data. */
export interface BalancerStatus {
  readonly engine: 'embedded' | 'haproxy';
  /** Where Ingresses are served: those on this machine first, best first. */
  readonly ingress: { readonly http: readonly string[]; readonly https: readonly string[] };
  readonly statistics: StatisticsAccess;
  /** The addresses at which node ports are open, too, besides this machine's 127.0.0.1. Undefined as none: nobody else reaches it. */
  readonly outward?: readonly string[];
  /** Every request is a line there. */
  readonly accessLog: string;
}

export interface StatisticsAccess {
  readonly url: string;
  /** The same by the other addresses. */
  readonly others?: readonly string[];
  readonly user: string;
  readonly password: string;
}
