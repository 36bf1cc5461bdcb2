// Which /16 of 127.0.0.0/8 is a cluster's: one that no other running cluster of this machine has. Whoever listens on a range's address for
// claims has it; the kernel takes that back when its holder dies, and it needs no file that every user of the machine could write.

import { createServer, type Server } from 'node:net';
import { LoopbackPlan, ranges } from './loopback-plan.ts';

export interface ClaimOptions {
  /** Tells the cluster from others; its own range is found again by it where that is free. */
  cluster: string;
  /** That of the last start: addresses of Services are kept in the API. Undefined: derived from `cluster`. */
  preferred?: number;
  /** The same for all clusters of the machine. Default 10249. */
  port?: number;
}

export interface LoopbackClaim {
  readonly plan: LoopbackPlan;
  /** Idempotent. */
  release(): void;
}

const claimPort = 10_249;

/** Rejects when all are taken. `plan.number` may be another than the preferred one. */
export async function claimLoopback({
  cluster,
  preferred,
  port = claimPort,
}: ClaimOptions): Promise<LoopbackClaim> {
  for (const number of candidates(preferred ?? startOf(cluster))) {
    const plan = new LoopbackPlan(number);
    const server = await listenerOn(plan.claimAddress, port);
    if (server) return { plan, release: () => void server.close() };
  }
  throw new Error(`no range of 127.0.0.0/8 is free for the cluster: stop another one ("relevo down")`);
}

function* candidates(start: number): Generator<number> {
  const count = ranges.last - ranges.first + 1;
  for (let step = 0; step < count; step++) yield ranges.first + ((start - ranges.first + step) % count);
}

/** Always the same for a cluster, so that its addresses are, too, even where nobody kept the number. */
function startOf(cluster: string): number {
  let hash = 0;
  for (const character of cluster) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return ranges.first + (hash % (ranges.last - ranges.first + 1));
}

/** Undefined when somebody listens there. It answers nobody and keeps no process alive. */
function listenerOn(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else
        reject(new Error(`the loopback address ${host} cannot be used: ${error.message}`, { cause: error }));
    });
    server.listen({ host, port, exclusive: true }, () => resolve(server.unref()));
  });
}
