// How the network of a running cluster is: what its control socket answers.

/** Plain data. */
export interface NetworkStatus {
  /** `loopback`: nodes and pods share this machine's. `netns`: they have networks of their own. */
  readonly name: 'loopback' | 'netns';
  /** Where pods reach this machine, which they call host.relevo.internal. */
  readonly hostAddress?: string;
  /** Why pods reach nothing beyond the cluster at the moment, in one line; undefined: they do. */
  readonly whyNoEgress?: string;
}
