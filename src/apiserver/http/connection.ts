// What is known of one TLS connection: whose certificate it showed, and which of its requests are still to be answered.

import type { ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type ClientCertificate, clientCertificateOf } from '../auth/client-certificate.ts';

export class Connection {
  readonly clientCertificate: ClientCertificate | undefined;
  /** A certificate was shown that our authority did not sign, or that is out of date. */
  readonly certificateRefused: boolean;
  readonly #socket: TLSSocket;
  #current: ServerResponse | undefined;
  readonly #waiting: { response: ServerResponse; serve: () => void }[] = [];

  /** Reads the certificate once: that costs more than a request does. */
  constructor(socket: TLSSocket) {
    this.#socket = socket;
    const peer = socket.getPeerCertificate();
    // Not by `authorized` alone: it is also true of a resumed session in which no certificate was ever shown.
    const isShown = Object.keys(peer ?? {}).length > 0;
    this.certificateRefused = isShown && !socket.authorized;
    this.clientCertificate = isShown && socket.authorized ? clientCertificateOf(peer) : undefined;
  }

  get busy(): boolean {
    return this.#current !== undefined;
  }

  /**
   * Whether bytes that are not an answer to the current request could be taken for one: it was received whole, so that
   * what follows does not belong to it, or its answer has begun.
   */
  get isCommitted(): boolean {
    return this.#current !== undefined && (this.#current.req.complete || this.#current.headersSent);
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs `serve` now, or when the requests before it are answered: pipelined requests take effect in their order. */
  enter(response: ServerResponse, serve: () => void): void {
    if (this.#current) {
      this.#waiting.push({ response, serve });
      return;
    }
    this.#current = response;
    serve();
  }

  /** The current request is answered, or will never be: then what waits behind it is not served either. */
  leave(): void {
    this.#current = undefined;
    if (this.#socket.destroyed) return;
    const next = this.#waiting.shift();
    if (next) this.enter(next.response, next.serve);
  }
}
