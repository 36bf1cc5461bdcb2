// One listening HTTPS socket with its limits. What it serves is given to it.

import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { HttpLimits } from './limits.ts';

/** A certificate chain and its private key, both PEM. */
export interface TlsIdentity {
  certificate: string;
  key: string;
  /** PEM; whoever shows a certificate must show one of this authority. */
  ca: string;
}

/** Where to listen; port 0 takes a free one. */
export interface ListenAddress {
  host: string;
  port: number;
  /**
   * Somebody else opens it: resolves with a server that listens there, for this one to take over. Asked when this one is ready: who
   * connects to a port that is open and not yet served waits for nothing.
   */
  open?: () => Promise<NetServer>;
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
export async function listening(server: Server, { host, port, open }: ListenAddress): Promise<number> {
  try {
    const listens = open ? server.listen(await open()) : server.listen(port, host);
    await once(listens, 'listening');
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, host, port);
  }
  return (server.address() as AddressInfo).port;
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
