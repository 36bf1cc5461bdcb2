// Drives a server with a fixed number of requests over a fixed number of connections, each of which sends its next request when the last
// one is answered (a closed model), and takes the time of every one.

import { Connection, type Request, unexpected } from './connections.ts';
import type { Endpoint } from './endpoint.ts';
import { type Sample, summarize } from './samples.ts';

export interface Order {
  /** How many requests altogether; 1 or more. */
  readonly count: number;
  /** The i-th, from 0 on. Made before its time is taken. */
  request(i: number): Request;
  /** What every answer must be. */
  readonly status: number;
}

/** Connections to one server that are opened before anything is measured. */
export class Load {
  readonly #connections: readonly Connection[];

  constructor(endpoint: Endpoint, connections: number) {
    this.#connections = Array.from({ length: connections }, () => new Connection(endpoint));
  }

  /** Every connection has then been used: its handshake is in no measurement. */
  async warm(): Promise<void> {
    await Promise.all(
      this.#connections.map((connection) => connection.send({ method: 'GET', path: '/version' })),
    );
  }

  /** Rejects when one answer is not as it must be: a figure with failures in it says nothing. */
  async drive(order: Order): Promise<Sample> {
    const latencies = new Float64Array(order.count);
    let next = 0;
    const began = performance.now();
    const drive = async (connection: Connection) => {
      for (let i = next++; i < order.count; i = next++) {
        latencies[i] = await timed(connection, order.request(i), order.status);
      }
    };
    await Promise.all(this.#connections.map(drive));
    return summarize(latencies, performance.now() - began);
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }
}

/** In milliseconds, until the last byte of the answer. */
async function timed(connection: Connection, request: Request, wanted: number): Promise<number> {
  let complaint = '';
  const began = performance.now();
  const status = await connection.send(request, (chunk, code) => {
    if (code !== wanted) complaint += chunk.toString('utf8');
  });
  const took = performance.now() - began;
  if (status !== wanted) throw unexpected(request, status, complaint);
  return took;
}
