// Reads the PROXY protocol header with which a listed peer begins its connection, before TLS and everything else.

import type { Socket } from 'node:net';
import type { Malformed } from './wire/heads.ts';
import { type ProxyHeader, readProxyHeader } from './wire/proxy-protocol.ts';

/**
 * `done` gets the header, with the socket paused and standing behind it, or what is wrong. Not called when the socket closes before.
 * Not to have come within `timeoutMs` is wrong, too.
 */
export function awaitProxyHeader(
  socket: Socket,
  timeoutMs: number,
  done: (header: ProxyHeader | Malformed) => void,
): void {
  let bytes = Buffer.alloc(0);
  const timer = setTimeout(() => settle({ status: 408, reason: 'no PROXY header' }), timeoutMs).unref();
  const settle = (header: ProxyHeader | Malformed) => {
    clearTimeout(timer);
    socket.off('data', take);
    socket.off('close', forget);
    socket.off('error', ignored);
    socket.pause();
    if ('length' in header && header.length < bytes.length) socket.unshift(bytes.subarray(header.length));
    done(header);
  };
  const take = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const header = readProxyHeader(bytes);
    if (header !== 'incomplete') settle(header);
  };
  const forget = () => clearTimeout(timer);
  socket.on('data', take);
  socket.once('close', forget);
  socket.on('error', ignored);
}

/** It closes, and that is all that there is to say. */
function ignored(): void {}
