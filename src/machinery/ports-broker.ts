// Opens ports in the network of the supervisor for children that live in another one, or whose clients are to wait while they are started
// again. A socket keeps the network that it was made in, so what comes in there is accepted by the child directly: nothing is relayed.

import type { ChildProcess, SendHandle } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { BoundPort } from '../base/bound-port.ts';
import type { HeldPorts, OutsidePort } from './held-ports.ts';
import { oneLine } from './supervised-messages.ts';

type Request = { readonly request: number } & (
  | { readonly listen: OutsidePort }
  | { readonly bind: OutsidePort }
);

/** To the same channel: no answer. */
interface Release {
  readonly letGo: OutsidePort;
}

/** The first comes with the listening server, or with the bound port. */
type Reply = { readonly request: number } & (
  | { readonly opened: true }
  | { readonly refused: string; readonly code?: string }
);

export interface BrokerOptions {
  readonly mayOpen: (port: OutsidePort) => boolean;
  /** Those of the child, over all its lives. */
  readonly held: HeldPorts;
}

/** The supervisor's side, for one life of a child. */
export function brokerPorts(child: ChildProcess, options: BrokerOptions): void {
  child.on('message', (message: object) => {
    if ('letGo' in message) options.held.letGo((message as Release).letGo);
    else if ('listen' in message || 'bind' in message) void serve(child, message as Request, options);
  });
}

async function serve(child: ChildProcess, asked: Request, { mayOpen, held }: BrokerOptions): Promise<void> {
  const { request } = asked;
  const { host, port } = 'bind' in asked ? asked.bind : asked.listen;
  const reply = (answer: Reply, handle?: Server | BoundPort, sent = () => {}) =>
    // The child may be gone.
    child.connected ? child.send(answer, handle as SendHandle | undefined, {}, sent) : sent();
  try {
    if (!mayOpen({ host, port })) throw new Error(`${host}:${port} is none of this cluster's ports`);
    if ('bind' in asked) reply({ request, opened: true }, held.take({ host, port }));
    else {
      const server = await listening({ host, port });
      // The own copy would take part of the connections.
      reply({ request, opened: true }, server, () => server.close());
    }
  } catch (error) {
    reply({ request, refused: oneLine(error), code: (error as NodeJS.ErrnoException).code });
  }
}

async function listening({ host, port }: OutsidePort): Promise<Server> {
  // Who connects before it is the child's shall hear at once that there is nobody: nobody would ever answer.
  const server = createServer((early) => early.resetAndDestroy());
  const opened = once(server, 'listening');
  server.listen({ host, port, backlog: 1_024 });
  await opened;
  return server;
}

/**
 * The child's side: a server that listens in the supervisor's network and, like any, accepts connections until it is closed or the child is
 * gone. Rejects with the system's error (`code`) when the port cannot be opened.
 */
export function listenOutside(listen: OutsidePort): Promise<Server> {
  return asked<Server>((request) => ({ request, listen }));
}

/**
 * The child's side: a port in the supervisor's network that the supervisor holds, too. When the child dies who connects waits; its next life
 * asks for it again before it says that it is ready, and gets the same one, which may listen already. close() lets go of it for good.
 * Rejects with the system's error (`code`) when it cannot be had.
 */
export async function bindOutside(bind: OutsidePort): Promise<BoundPort> {
  const port = await asked<BoundPort>((request) => ({ request, bind }));
  // It is the handle itself that other processes can be sent, so it cannot be wrapped.
  const close = port.close.bind(port);
  return Object.assign(port, {
    close() {
      const isHeld = port.fd >= 0 && process.connected;
      // A supervisor that is gone holds nothing.
      if (isHeld) process.send?.({ letGo: bind } satisfies Release, undefined, undefined, () => {});
      close();
    },
  });
}

const open = new Map<number, PromiseWithResolvers<unknown>>();
let requests = 0;

function asked<T>(requestOf: (request: number) => Request): Promise<T> {
  const request = ++requests;
  if (request === 1) process.on('message', take);
  const answer = Promise.withResolvers<unknown>();
  open.set(request, answer);
  process.send?.(requestOf(request), undefined, undefined, (error) => error && answer.reject(error));
  return answer.promise as Promise<T>;
}

function take(message: object, handle: unknown): void {
  if (!('request' in message)) return;
  const reply = message as Reply;
  const waiting = open.get(reply.request);
  open.delete(reply.request);
  if ('opened' in reply) waiting?.resolve(handle);
  else waiting?.reject(Object.assign(new Error(reply.refused), { code: reply.code }));
}
