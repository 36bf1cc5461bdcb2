// Somebody in a namespace, who does what a test tells it over IPC: a kubelet that connects pods, or a program in a pod.
// Words: N and index of the node.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, connect as open, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { NetnsPlan } from '../../src/network/netns/netns-plan.ts';
import { NetnsPodNetwork } from '../../src/network/netns/netns-pod-network.ts';

const [number, nodeIndex] = process.argv.slice(2).map(Number);
let kubelets: NetnsPodNetwork | undefined;
const held: { ended: boolean }[] = [];

const calls = {
  attach(uid: string, formerIps: string[] = [], hostNetwork = false) {
    const pod = { uid, namespace: 'default', name: uid, hostNetwork, ports: [] };
    return network().attach(pod, formerIps);
  },
  detach: (uid: string) => network().detach(uid),
  retain: (uids: string[]) => network().retain(new Set(uids)),

  /** Tells each who connects who it is and whom it sees, and stays connected with those that do not hang up. */
  async listen(port: number, host = '0.0.0.0') {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      socket.write(`${socket.localAddress} sees ${socket.remoteAddress}\n`);
      void text(socket).then(() => socket.end());
    });
    await once(server.listen(port, host), 'listening');
  },
  /** What it is told there. */
  async reach(host: string, port: number, timeoutMs = 5_000) {
    const socket = await connected(host, port, timeoutMs);
    socket.end();
    return (await text(socket)).trim();
  },
  /** What is answered to a datagram. */
  async ask(host: string, port: number, question: string) {
    const socket = createSocket('udp4');
    try {
      socket.send(question, port, host);
      const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
      return String(answer);
    } finally {
      socket.close();
    }
  },
  async hold(host: string, port: number) {
    const socket = await connected(host, port, 5_000);
    const connection = { ended: false };
    for (const end of ['end', 'error', 'close']) socket.on(end, () => (connection.ended = true));
    socket.resume();
    return held.push(connection) - 1;
  },
  hasEnded: (connection: number) => held[connection]?.ended,
  /** Resolves, after so many ms, when the other side has taken so many bytes. */
  async send(host: string, port: number, bytes: number) {
    const socket = await connected(host, port, 5_000);
    const start = performance.now();
    socket.end(Buffer.alloc(bytes));
    socket.resume();
    await once(socket, 'end');
    return performance.now() - start;
  },
  /** Nobody needs to be there. */
  async datagrams(host: string, count: number) {
    const socket = createSocket('udp4');
    const send = () => new Promise<void>((resolve) => socket.send('x', 9, host, () => resolve()));
    for (let sent = 0; sent < count; sent++) await send();
    socket.close();
  },
};

function network(): NetnsPodNetwork {
  kubelets ??= new NetnsPodNetwork({
    plan: new NetnsPlan(number ?? 0),
    nodeIndex: nodeIndex ?? 0,
    random: () => 0,
  });
  return kubelets;
}

/** It has heard the other side's first word: the kernel answers for programs that are stopped. */
async function connected(host: string, port: number, timeoutMs: number): Promise<Socket> {
  const socket = open({ host, port });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, 'readable', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? new Error(`no answer from ${host}`, { cause: error }) : error;
  }
}

export type Calls = typeof calls;

process.on('message', async ({ id, name, args }: { id: number; name: keyof Calls; args: never[] }) => {
  try {
    const result = await (calls[name] as (...args: never[]) => unknown)(...args);
    process.send?.({ id, result });
  } catch (error) {
    process.send?.({ id, error: (error as Error).message });
  }
});
process.once('disconnect', () => process.exit());
process.send?.({ ready: true });
