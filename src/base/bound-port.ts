// A TCP port that is held without listening on it, so that whoever serves it can come, die and come back: the first one who listens makes
// the kernel queue connections, and they stay queued while nobody accepts. The one file that uses Node's internal way (node:cluster's own).

import net from 'node:net';
import { getSystemErrorName } from 'node:util';

/** May be sent over an IPC channel (`child.send(message, port)`: the receiver has an own descriptor of the same socket). */
export interface BoundPort {
  readonly fd: number;
  /** Frees the port when nobody else has a descriptor of it. */
  close(): void;
}

interface Handle extends BoundPort {
  setNoDelay(on: boolean): number;
  /** 0, or the error that libuv has kept back so far: that the port is taken. */
  getsockname(out: { port?: number }): number;
}

type CreateServerHandle = (address: string, port: number, family: 4 | 6, fd: number) => Handle | number;

/** Throws the system's error with `code` (EADDRINUSE, EACCES, EADDRNOTAVAIL, …). Port 0 is any free one. */
export function bindPort(address: string, port: number): BoundPort {
  const family = net.isIP(address);
  if (family === 0) throw new TypeError(`${JSON.stringify(address)} is no IP address`);
  const { _createServerHandle: create } = net as unknown as { _createServerHandle: CreateServerHandle };
  const handle = create(address, port, family as 4 | 6, -1);
  if (typeof handle === 'number') throw systemError(handle, address, port);
  const late = handle.getsockname({});
  if (late !== 0) {
    handle.close();
    throw systemError(late, address, port);
  }
  // Connections take it over from the socket that they come in on: one system call less for each.
  handle.setNoDelay(true);
  return handle;
}

/** The port that it is bound to. */
export function numberOf(port: BoundPort): number {
  const name: { port?: number } = {};
  (port as Handle).getsockname(name);
  return name.port ?? 0;
}

function systemError(errno: number, address: string, port: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`bind ${code} ${address}:${port}`), { code, errno, address, port });
}
