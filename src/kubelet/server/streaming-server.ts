// exec, attach and port-forward: which upgrade is spoken, and what is behind it.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { InsideConnections } from '../../network/netns/inside-connections.ts';
import { isAttachable, type Runtime } from '../../runtime/runtime.ts';
import type { PodDirectory } from '../pod-directory.ts';
import { containerOf, podOf } from './pod-lookup.ts';
import { type ForwardedPod, portOf } from './port-forward.ts';
import { carry, type OpenSession, type StreamWish } from './remote-command.ts';
import { type PodTarget, RequestError, streamWish } from './request-target.ts';
import { acceptCommand, commandProtocol } from './spdy/command-connection.ts';
import { acceptPortForward, portForwardProtocol } from './spdy/port-forward-connection.ts';
import { commandProtocols, commandStreams } from './websocket/command-socket.ts';
import { portForwardProtocols, servePortForward } from './websocket/port-forward-socket.ts';

/** What Node's `upgrade` event hands over. */
export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

export class StreamingServer {
  readonly #directory: PodDirectory;
  readonly #runtime: Runtime;
  readonly #open = new Set<Duplex>();
  readonly #commands = webSocketServer(commandProtocols);
  readonly #forwards = webSocketServer(portForwardProtocols);

  constructor(directory: PodDirectory, runtime: Runtime) {
    this.#directory = directory;
    this.#runtime = runtime;
  }

  /** Resolves when it is over. Rejects, with nothing sent yet, when it cannot begin: with a RequestError or one of the runtime's. */
  async upgrade(verb: string, target: PodTarget, upgrade: Upgrade): Promise<void> {
    this.#open.add(upgrade.socket);
    upgrade.socket.once('close', () => this.#open.delete(upgrade.socket));
    switch (verb) {
      case 'exec':
      case 'attach':
        return this.#command(verb, target, upgrade);
      case 'portForward':
        return this.#portForward(target, upgrade);
      default:
        throw new RequestError(404, 'not found');
    }
  }

  /** Breaks what is open. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async #command(verb: 'exec' | 'attach', target: PodTarget, upgrade: Upgrade): Promise<void> {
    const wish = streamWish(target.query);
    const open = this.#opener(verb, target, wish);
    if (isWebSocket(upgrade.request)) {
      const socket = await accepted(this.#commands, upgrade);
      await carry(open, commandStreams(socket, wish));
      return;
    }
    switchToSpdy(upgrade, commandProtocol);
    const streams = await acceptCommand(upgrade.socket, wish).catch(() => undefined);
    if (streams) await carry(open, streams);
  }

  /** Throws for what is known to fail before anything is opened. */
  #opener(verb: 'exec' | 'attach', target: PodTarget, wish: StreamWish): OpenSession {
    const runtime = this.#runtime;
    const { id, exit } = containerOf(this.#directory, target, false);
    if (exit) throw new RequestError(400, `container "${target.container}" does not run`);
    if (verb === 'exec') {
      const command = target.query.getAll('command');
      if (command.length === 0)
        throw new RequestError(400, 'you must specify at least 1 command for the container');
      return (size) => runtime.exec(id, { command, stdin: wish.stdin, tty: wish.tty, size });
    }
    if (isAttachable(runtime)) return (size) => runtime.attach(id, { stdin: wish.stdin, size });
    throw new RequestError(
      501,
      `pods of the runtime "${runtime.name}" cannot be attached to: use logs -f, or exec`,
    );
  }

  async #portForward(target: PodTarget, upgrade: Upgrade): Promise<void> {
    const { ips, networkPath } = podOf(this.#directory, target);
    const [ip] = ips;
    if (ip === undefined) throw new RequestError(400, `pod "${target.pod}" has no address yet`);
    const connections = networkPath === undefined ? undefined : new InsideConnections(networkPath);
    const inside = connections && ((port: number) => connections.connect(port));
    try {
      await this.#forward({ ip, inside }, target, upgrade);
    } finally {
      connections?.close();
    }
  }

  async #forward(pod: ForwardedPod, target: PodTarget, upgrade: Upgrade): Promise<void> {
    if (isWebSocket(upgrade.request)) {
      const ports = portsIn(target.query);
      await servePortForward(await accepted(this.#forwards, upgrade), pod, ports);
      return;
    }
    switchToSpdy(upgrade, portForwardProtocol);
    await acceptPortForward(upgrade.socket, pod);
  }
}

function webSocketServer(protocols: readonly string[]): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
}

function accepted(server: WebSocketServer, { request, socket, head }: Upgrade): Promise<WebSocket> {
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Throws a RequestError when the client speaks something else. */
function switchToSpdy({ request, socket, head }: Upgrade, protocol: string): void {
  if (request.headers.upgrade?.toLowerCase() !== 'spdy/3.1') {
    throw new RequestError(400, 'only WebSockets and SPDY/3.1 are spoken here');
  }
  const offered = String(request.headers['x-stream-protocol-version'] ?? '').split(/,\s*/);
  if (!offered.includes(protocol))
    throw new RequestError(403, `of the stream protocols only ${protocol} is spoken here`);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  if (head.length > 0) socket.unshift(head);
}

function portsIn(query: URLSearchParams): number[] {
  const texts = [...query.getAll('port'), ...query.getAll('ports')].flatMap((text) => text.split(','));
  return texts.map((text) => {
    const port = portOf(text);
    if (port === undefined) throw new RequestError(400, `"${text}" is no port`);
    return port;
  });
}
