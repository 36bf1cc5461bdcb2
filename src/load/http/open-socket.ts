// Opens the socket of a connection: one address after the other, as Java's clients do, then TLS.

import { isIP, type OnReadOpts, connect as plainConnect, type Socket } from 'node:net';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import type { Origin } from './origin.ts';

export interface ClientTls {
  /** Authorities to trust, PEM; undefined: the system's. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** Whether a certificate that proves nothing ends the connection. JMeter takes any certificate, and so does this by default. */
  readonly rejectUnauthorized?: boolean;
  /** A certificate of the client's own, PEM. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** What one user's sockets have in common. */
export interface SocketTools {
  readonly tls: ClientTls;
  /** Whether TLS sessions are resumed: by origin, the last one. */
  readonly sessions: Map<string, Buffer>;
}

export interface SocketEars {
  onread: OnReadOpts;
  opened(): void;
  /** It cannot be opened, or has broken. */
  failed(error: Error): void;
  /** The other side says no more. */
  ended(): void;
  closed(): void;
}

/** One address. The socket is the caller's from now on; nothing is heard of it before this returns. */
export async function openSecure(
  origin: Origin,
  address: string,
  { tls, sessions }: SocketTools,
  ears: SocketEars,
): Promise<Socket> {
  const { connect, createSecureContext } = await import('node:tls');
  const options: ConnectionOptions & { onread: OnReadOpts } = {
    host: address,
    port: origin.port,
    secureContext: contextOf(tls, createSecureContext),
    rejectUnauthorized: tls.rejectUnauthorized === true,
    servername: isIP(origin.host) === 0 ? origin.host : undefined,
    ALPNProtocols: ['http/1.1'],
    session: sessions.get(origin.key),
    onread: ears.onread,
  };
  if (tls.rejectUnauthorized !== true) options.checkServerIdentity = () => undefined;
  const socket = connect(options);
  socket.on('session', (session: Buffer) => void sessions.set(origin.key, session));
  return hear(socket, 'secureConnect', ears);
}

export function openPlain(origin: Origin, address: string, ears: SocketEars): Socket {
  const socket = plainConnect({ host: address, port: origin.port, onread: ears.onread });
  return hear(socket, 'connect', ears);
}

function hear(socket: Socket, openedBy: string, ears: SocketEars): Socket {
  socket.setNoDelay(true);
  socket.on(openedBy, () => ears.opened());
  socket.on('error', (error) => ears.failed(error));
  socket.on('end', () => ears.ended());
  socket.on('close', () => ears.closed());
  return socket;
}

/** Made once for all users: it holds the authorities, which take milliseconds to read. */
const contexts = new WeakMap<ClientTls, SecureContext>();

function contextOf(
  tls: ClientTls,
  create: (options: {
    ca?: string | Buffer | (string | Buffer)[];
    cert?: string | Buffer;
    key?: string | Buffer;
  }) => SecureContext,
): SecureContext {
  let context = contexts.get(tls);
  if (context === undefined) {
    const { ca, cert, key } = tls;
    context = create({ ca: Array.isArray(ca) ? [...ca] : (ca as string | Buffer | undefined), cert, key });
    contexts.set(tls, context);
  }
  return context;
}
