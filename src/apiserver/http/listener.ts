// One listening HTTPS socket with its limits. What it serves is given to it.

import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { HttpLimits } from './limits.ts';

/** A certificate chain and its private key, both PEM. */
export interface TlsIdentity {
  certificate: string;
  key: string;
  /** PEM; whoever shows a certificate must show one of this authority. */
  ca: string;
}

/** A port could not be listened on. `code` is the system's: EADDRINUSE, EACCES, EADDRNOTAVAIL. */
export class ListenError extends Error {
  override name = 'ListenError';
  readonly code: string;

  constructor(message: string, code: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const keepAliveProbeMs = 15_000;

export function createListener(tls: TlsIdentity, limits: HttpLimits): Server {
  const server = createServer({
    ...{ cert: tls.certificate, key: tls.key, ca: tls.ca },
    // Asked for, not demanded: tokens and anonymous callers show none, and a wrong one is answered with a Status.
    ...{ requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] },
    handshakeTimeout: limits.handshakeTimeoutMs,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs / 2),
    // A watcher whose machine vanished says nothing: the kernel asks.
    ...{ noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs },
  });
  // Beyond its default Node drops headers silently, and the one dropped might say whom to act as. Their size is limited instead.
  server.maxHeadersCount = 0;
  return server;
}

/** Resolves with the port. Rejects with a ListenError. */
export function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): ListenError {
  const code = error.code ?? 'UNKNOWN';
  return new ListenError(
    `cannot listen on ${host} port ${port}: ${reasons[code] ?? error.message}`,
    code,
    error,
  );
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'ports below 1024 need more rights',
  EADDRNOTAVAIL: 'this machine has no such address',
};
