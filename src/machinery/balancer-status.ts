// How the balancer of a running cluster is reached: what its control socket answers.

/** Plain data. */
export interface BalancerStatus {
  readonly engine: 'embedded' | 'haproxy';
  /** Where Ingresses are served, best first. */
  readonly ingress: { readonly http: readonly string[]; readonly https: readonly string[] };
  readonly statistics: StatisticsAccess;
  /** Every request is a line there. */
  readonly accessLog: string;
}

export interface StatisticsAccess {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}
