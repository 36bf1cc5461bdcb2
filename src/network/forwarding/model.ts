// What a forwarder is told: where to listen and whom to pass connections on to. Plain data that knows nothing of Kubernetes.

export interface ForwardModel {
  readonly listeners: readonly ForwardListener[];
}

export interface ForwardListener {
  readonly address: string;
  readonly port: number;
  /** In the network around the forwarder's own, where somebody else opens ports for it. */
  readonly outside?: boolean;
  /** Whom it is for; comes back in failures. */
  readonly name: string;
  readonly endpoints: readonly ForwardEndpoint[];
  /** So long after its last connection a client still gets the same endpoint. Undefined: every connection is on its own. */
  readonly affinityMs?: number;
}

export interface ForwardEndpoint {
  readonly ip: string;
  readonly port: number;
  /** It keeps the connections it has and gets no more. */
  readonly draining?: boolean;
}

/** A listener that could not be opened; it is tried again until it can or is taken out of the model. */
export interface ListenFailure {
  readonly listener: ForwardListener;
  readonly error: NodeJS.ErrnoException;
}

export function endpointKey({ ip, port }: ForwardEndpoint): string {
  return `${ip} ${port}`;
}

export function listenerKey({ address, port, outside = false }: ForwardListener): string {
  return `${address} ${port} ${outside}`;
}
