// One listening descriptor of one worker: accepts, and hands each connection to the frontend that has the bind at that moment.

import { createServer, type Server, type Socket } from 'node:net';
import type { Bind } from '../model.ts';
import type { AcceptBalance } from './accept-balance.ts';
import type { ServedFrontend } from './served-frontend.ts';
import type { CertificateShelf } from './tls/certificate-shelf.ts';
import { Handshakes } from './tls/handshakes.ts';

/** As many as the system allows: net.core.somaxconn has the last word. */
const backlog = 65_535;

export class BindServer {
  readonly #server: Server;
  readonly #handshakes: Handshakes;
  #bind: Bind;
  #frontend: ServedFrontend;

  /** Resolves when it listens, or with the system's code of why it cannot. */
  readonly opened: Promise<string | undefined>;

  /** Listens at once. The descriptor is its own: closed with it. */
  constructor(
    fd: number,
    shelf: CertificateShelf,
    balance: AcceptBalance,
    bind: Bind,
    frontend: ServedFrontend,
  ) {
    this.#handshakes = new Handshakes(shelf);
    this.#bind = bind;
    this.#frontend = frontend;
    this.serve(bind, frontend);
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#arrive(socket);
      balance.accepted(socket);
    });
    this.opened = new Promise((resolve) => {
      this.#server.once('listening', () => resolve(undefined));
      // Later ones are of connections that were gone before they were accepted, or for which there was no descriptor left.
      this.#server.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'EIO'));
    });
    this.#server.listen({ fd, backlog });
  }

  /** For the connections to come. */
  serve(bind: Bind, frontend: ServedFrontend): void {
    this.#bind = bind;
    this.#frontend = frontend;
    this.#handshakes.update(bind.certificates ?? [], frontend.frontend.timeouts.clientMs);
  }

  /** Connections stay, but for those that are not through their handshake. */
  close(): void {
    this.#server.close();
    this.#handshakes.close();
  }

  #arrive(socket: Socket): void {
    const bind = this.#bind;
    const frontend = this.#frontend;
    frontend.arrive(socket, (proxied) => {
      if (bind.certificates === undefined) frontend.accept(socket, { bind, tls: false, proxied });
      else
        this.#handshakes.begin(socket, (secure, serverName) =>
          frontend.accept(secure, { bind, tls: true, serverName, proxied }),
        );
    });
  }
}
