// A client's connection joined with one to an endpoint, until both sides are through or one of them breaks.

import { connect, type Socket } from 'node:net';
import type { ForwardEndpoint } from './model.ts';

/** The two are piped into each other: whoever reads slowly slows the other down, and one side may end before the other (half-close). */
export class Relay {
  readonly endpoint: ForwardEndpoint;
  readonly #client: Socket;
  readonly #upstream: Socket;

  /** `ended` is called once, when both connections are gone. */
  constructor(client: Socket, upstream: Socket, endpoint: ForwardEndpoint, ended: () => void) {
    this.endpoint = endpoint;
    this.#client = client;
    this.#upstream = upstream;
    let open = 2;
    for (const [side, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      side.on('error', () => {});
      side.once('close', (hadError) => {
        // Broken rather than ended: the other side shall see that too, not take what it has for all there is.
        if (hadError || !side.readableEnded) other.resetAndDestroy();
        if (--open === 0) ended();
      });
      side.pipe(other);
    }
  }

  /** How many bytes the endpoint has sent. */
  get heard(): number {
    return this.#upstream.bytesRead;
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#upstream.resetAndDestroy();
  }
}

/** `silent`: nobody said anything within `timeoutMs`. `failed`: somebody said no. */
export type ConnectTo = (
  endpoint: ForwardEndpoint,
  timeoutMs: number,
) => Promise<Socket | 'failed' | 'silent'>;

export const connectTo: ConnectTo = (endpoint, timeoutMs) => {
  return new Promise((resolve) => {
    const socket = connect({ host: endpoint.ip, port: endpoint.port, allowHalfOpen: true, noDelay: true });
    const give = (result: Socket | 'failed' | 'silent') => {
      clearTimeout(timer);
      if (typeof result === 'string') socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(give, timeoutMs, 'silent' as const);
    socket.on('error', () => give('failed')).once('connect', () => give(socket));
  });
};
