// Opens ports in the network of the supervisor for children that live in another one. A socket keeps the network that it was opened in, so
// what comes in there is accepted by the child directly: nothing is relayed.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { oneLine } from './supervised-messages.ts';

/** TCP. */
export interface OutsidePort {
  readonly host: string;
  readonly port: number;
}

interface Request {
  readonly request: number;
  readonly listen: OutsidePort;
}

/** The first comes with the listening server. */
type Reply = { readonly request: number } & (
  | { readonly opened: true }
  | { readonly refused: string; readonly code?: string }
);

/** The supervisor's side, for one life of a child: what that asks for dies with it, unless it has closed it before. */
export function brokerPorts(child: ChildProcess, mayOpen: (port: OutsidePort) => boolean): void {
  child.on('message', (message: object) => {
    if ('listen' in message) void serve(child, message as Request, mayOpen);
  });
}

async function serve(
  child: ChildProcess,
  { request, listen }: Request,
  mayOpen: (port: OutsidePort) => boolean,
): Promise<void> {
  const { host, port } = listen;
  const reply = (answer: Reply, server?: Server) =>
    // The own copy would take part of the connections; and the child may be gone.
    child.connected ? child.send(answer, server, {}, () => server?.close()) : server?.close();
  try {
    if (!mayOpen(listen)) throw new Error(`${host}:${port} is none of this cluster's ports`);
    // Who connects before it is the child's shall hear at once that there is nobody: nobody would ever answer.
    const server = createServer((early) => early.resetAndDestroy());
    const listening = once(server, 'listening');
    server.listen({ host, port, backlog: 1_024 });
    await listening;
    reply({ request, opened: true }, server);
  } catch (error) {
    reply({ request, refused: oneLine(error), code: (error as NodeJS.ErrnoException).code });
  }
}

let requests = 0;

/**
 * The child's side: a server that listens in the supervisor's network and, like any, accepts connections until it is closed. Rejects with
 * the system's error (`code`) when the port cannot be opened.
 */
export function listenOutside(listen: OutsidePort): Promise<Server> {
  const request = ++requests;
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  const take = (message: object, server: unknown) => {
    if (!('request' in message) || message.request !== request) return;
    process.off('message', take);
    const reply = message as Reply;
    if ('opened' in reply) resolve(server as Server);
    else reject(Object.assign(new Error(reply.refused), { code: reply.code }));
  };
  process.on('message', take);
  process.send?.({ request, listen } satisfies Request);
  return promise;
}
