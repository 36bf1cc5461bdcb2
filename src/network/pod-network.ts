// How a pod gets an address on its node. One instance serves one node; netns, loopback and the simulation each have theirs.

/** What a network must know of a pod. */
export interface NetworkPod {
  uid: string;
  namespace: string;
  name: string;
  /** It uses the node's own network: it gets the node's address and nothing is made. */
  hostNetwork: boolean;
  /** What its containers say they listen on. */
  ports: readonly { name?: string; port: number; protocol: string }[];
}

/** Plain data. */
export interface PodAttachment {
  /** At least one; the first is status.podIP. */
  ips: readonly string[];
  /** What a program must be told to find its address (`HOST`, `PORT`); a pod's own values win. */
  env: Readonly<Record<string, string>>;
  /** The network namespace the pod's processes belong into, as a path; undefined: the node's. */
  namespacePath?: string;
}

export interface PodNetwork {
  /**
   * Connects a pod. For one that is connected already: its attachment. `formerIps` are those that a pod found running has from before
   * this kubelet started; it keeps them, and nobody else gets them.
   * Rejects with an Error that says what to do when there is no address left or the plumbing fails; what was made is gone then.
   */
  attach(pod: NetworkPod, formerIps?: readonly string[], signal?: AbortSignal): Promise<PodAttachment>;

  /** Disconnects it: its addresses may be given out again. Unknown: nothing. Idempotent. */
  detach(uid: string): Promise<void>;

  /** Once all pods of the node are known: disconnects those that are none of `uids`, as a kubelet that was killed may have left them. */
  retain?(uids: ReadonlySet<string>): Promise<void>;

  /** Frees what this instance holds; pods stay connected. Idempotent. */
  close(): Promise<void>;
}
