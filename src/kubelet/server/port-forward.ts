// Joins a client's stream with a port of a pod.

import { connect } from 'node:net';
import type { Duplex, Writable } from 'node:stream';

export interface PortTarget {
  ip: string;
  port: number;
}

/** A pair of streams of the client: bytes, and what went wrong in words. */
export interface ForwardStreams {
  data: Duplex;
  error: Writable;
}

const connectTimeoutMs = 5_000;

/** What was forwarded ends with either side; what cannot be reached is told to the client. */
export function forwardPort({ ip, port }: PortTarget, { data, error }: ForwardStreams): void {
  const socket = connect({ host: ip, port, allowHalfOpen: true, noDelay: true });
  const timer = setTimeout(() => socket.destroy(new Error('it did not answer')), connectTimeoutMs);
  socket.once('connect', () => {
    clearTimeout(timer);
    socket.pipe(data).pipe(socket);
  });
  socket.once('error', (cause) => {
    error.write(`cannot forward to port ${port} of the pod (${ip}): ${cause.message}`);
  });
  socket.once('close', () => {
    clearTimeout(timer);
    error.end();
    data.end();
  });
  data.once('close', () => socket.destroy());
}

/** A port number as a query or a header names it. */
export function portOf(text: string | undefined): number | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
