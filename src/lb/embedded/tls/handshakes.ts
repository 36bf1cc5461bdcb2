// The TLS handshakes of one bind: which certificate a client gets, how long it may take, and what becomes of those that fail.

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { choose } from './certificate-names.ts';
import type { CertificateShelf, ReadyCertificate } from './certificate-shelf.ts';
import { nodeTls } from './node-tls.ts';

export class Handshakes {
  readonly #shelf: CertificateShelf;
  readonly #pending = new Set<TLSSocket>();
  #certificates: readonly ReadyCertificate[] = [];
  #timeoutMs = 0;

  constructor(shelf: CertificateShelf) {
    this.#shelf = shelf;
  }

  /** For the handshakes to come: names of certificates, the first is the default. Also after the shelf has changed. */
  update(names: readonly string[], timeoutMs: number): void {
    this.#certificates = names.flatMap((name) => this.#shelf.get(name) ?? []);
    this.#timeoutMs = timeoutMs;
  }

  /** Takes the socket over. `done` gets it when the handshake is done; one that fails is closed, and nobody hears of it. */
  begin(socket: Socket, done: (secure: TLSSocket, serverName: string | undefined) => void): void {
    const [fallback] = this.#certificates;
    if (!fallback) return void socket.destroy();
    const secure = this.#wrap(socket, fallback);
    this.#pending.add(secure);
    const timer = setTimeout(() => secure.destroy(), this.#timeoutMs).unref();
    const fail = () => secure.destroy();
    const settle = () => {
      clearTimeout(timer);
      this.#pending.delete(secure);
    };
    secure.on('error', fail);
    secure.once('close', settle);
    secure.once('secure', () => {
      settle();
      secure.off('error', fail);
      secure.off('close', settle);
      done(secure, (secure as { servername?: string | false }).servername || undefined);
    });
  }

  /** Those that are not done yet end. */
  close(): void {
    for (const secure of this.#pending) secure.destroy();
  }

  #wrap(socket: Socket, { context }: ReadyCertificate): TLSSocket {
    const certificates = this.#certificates;
    return new (nodeTls().TLSSocket)(socket, {
      ...{ isServer: true, secureContext: context, ALPNProtocols: ['http/1.1'] },
      // One call into JavaScript less for each handshake where there is nothing to choose from.
      SNICallback:
        certificates.length === 1
          ? undefined
          : (name, done) => done(null, choose(certificates, name)?.context ?? context),
    });
  }
}
