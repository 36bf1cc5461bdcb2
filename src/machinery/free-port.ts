// Which ports of an address can still be had. Somebody may be quicker between the answer and its use: who listens then still hears EADDRINUSE.

import { createServer, type Server } from 'node:net';

export function isPortFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first free one of `wanted` and the hundred after it, so that what people see stays near what they know; else any. */
export async function findFreePort(host: string, wanted: number): Promise<number> {
  for (let port = wanted; port <= Math.min(wanted + 100, 65_535); port++) {
    if (await isPortFree(host, port)) return port;
  }
  return anyFreePort(host);
}

/** Where ports are claimed: nobody serves there. */
const claimHost = '127.254.0.1';

/**
 * As findFreePort(), and no other process that asks this way is given the same port while this one lives: between the answer and its use
 * the others keep off. A claim is a listener on the same port of another address, which the kernel takes back in any case. The port is free
 * on the addresses `besides`, too.
 */
export async function claimFreePort(
  host: string,
  wanted: number,
  besides: readonly string[] = [],
): Promise<number> {
  const hosts = [host, ...besides];
  for (let port = wanted; port <= Math.min(wanted + 100, 65_535); port++) {
    const claim = await listenerOn(port);
    if (claim !== 'taken' && (await isFreeOn(hosts, port))) return port;
    if (claim !== 'taken') claim?.close();
  }
  for (;;) {
    const port = await anyFreePort(host);
    if (await isFreeOn(besides, port)) return port;
  }
}

async function isFreeOn(hosts: readonly string[], port: number): Promise<boolean> {
  for (const host of hosts) {
    if (!(await isPortFree(host, port))) return false;
  }
  return true;
}

/** Undefined where the system has no such address: then there is no claim, as there is no such crowd. */
function listenerOn(port: number): Promise<Server | 'taken' | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'EADDRINUSE' ? 'taken' : undefined),
    );
    server.listen({ host: claimHost, port, exclusive: true }, () => resolve(server.unref()));
  });
}

function anyFreePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
