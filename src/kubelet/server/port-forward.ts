// Joins a client's stream with a port of a pod.

import { connect, type Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';

/** Whose ports they are. */
export interface ForwardedPod {
  ip: string;
  /** Connects to the pod's own loopback, where that is not this process's. Rejects with an Error in one line. */
  inside?(port: number): Promise<Socket>;
}

/** A pair of streams of the client: bytes, and what went wrong in words. */
export interface ForwardStreams {
  data: Duplex;
  error: Writable;
}

const connectTimeoutMs = 5_000;

/** What was forwarded ends with either side; what cannot be reached is told to the client. */
export function forwardPort(pod: ForwardedPod, port: number, { data, error }: ForwardStreams): void {
  data.on('error', () => {});
  connected(pod, port).then(
    (socket) => {
      socket.pipe(data).pipe(socket);
      socket.once('error', () => {});
      socket.once('close', () => {
        error.end();
        data.end();
      });
      if (data.destroyed) socket.destroy();
      else data.once('close', () => socket.destroy());
    },
    (cause: Error) => {
      error.end(`cannot forward to port ${port} of the pod (${pod.ip}): ${cause.message}`);
      data.end();
    },
  );
}

/** On the pod's address; a program that listens on its own loopback only is meant, too, as in Kubernetes. */
async function connected({ ip, inside }: ForwardedPod, port: number): Promise<Socket> {
  try {
    return await connectedTo(ip, port);
  } catch (cause) {
    if (!inside) throw cause;
    return inside(port);
  }
}

function connectedTo(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error('it did not answer')), connectTimeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.once('error', reject);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** A port number as a query or a header names it. */
export function portOf(text: string | undefined): number | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
