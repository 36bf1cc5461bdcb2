// A name server on one address, UDP and TCP. It knows its own names and passes other questions on; nothing that is sent to it ends it.

import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { NameResolver, type NameResolverOptions } from './name-resolver.ts';
import { type Query, rcodes, readQuery } from './query.ts';
import { mostTcpBytes, type Outcome, udpLimit, writeRefusal, writeResponse } from './response.ts';
import { serveConnection } from './tcp-connection.ts';

export interface DnsServerOptions extends NameResolverOptions {
  /** The most questions that wait for an answer from elsewhere; further ones fail at once (SERVFAIL). Default 500. */
  mostWaiting?: number;
}

/** A name and a few options fit into a quarter of it. */
const longestQuery = 4_096;
const mostConnections = 128;
/** Where any port is good, one must be found that is free for both protocols. */
const attempts = 10;

export class DnsServer {
  readonly #resolver: NameResolver;
  readonly #mostWaiting: number;
  readonly #connections = new Set<Socket>();
  #waiting = 0;
  #tcp: Server | undefined;
  #udp: UdpSocket | undefined;

  constructor(options: DnsServerOptions) {
    this.#resolver = new NameResolver(options);
    this.#mostWaiting = options.mostWaiting ?? 500;
  }

  /**
   * Resolves with the port, which is another one only for 0. Rejects with the system's error (`code`) when it cannot be opened for both
   * protocols. To be called once.
   */
  async listen(address: string, port: number): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#open(address, port);
      } catch (error) {
        await this.close();
        const mayRetry = port === 0 && attempt < attempts;
        if (!mayRetry || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
  }

  /** Whoever waits for an answer gets none. Idempotent. */
  async close(): Promise<void> {
    const [tcp, udp] = [this.#tcp, this.#udp];
    this.#tcp = undefined;
    this.#udp = undefined;
    for (const connection of this.#connections) connection.destroy();
    await Promise.all([
      tcp?.listening && new Promise((resolve) => tcp.close(resolve)),
      udp && new Promise<void>((resolve) => udp.close(resolve)),
    ]);
  }

  async #open(address: string, wanted: number): Promise<number> {
    const tcp = createServer({ allowHalfOpen: true }, (socket) => this.#connected(socket));
    this.#tcp = tcp;
    tcp.maxConnections = mostConnections;
    const listening = once(tcp, 'listening');
    tcp.listen(wanted, address);
    await listening;
    // Such as too many open files: who comes later is taken.
    tcp.on('error', () => {});
    const { port } = tcp.address() as AddressInfo;
    const udp = createSocket('udp4', (message, from) => void this.#received(udp, message, from));
    this.#udp = udp;
    const bound = once(udp, 'listening');
    udp.bind(port, address);
    await bound;
    udp.on('error', () => {});
    return port;
  }

  #connected(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    serveConnection(socket, longestQuery, (query) => this.#answer(query, () => mostTcpBytes));
  }

  async #received(udp: UdpSocket, message: Buffer, { address, port }: RemoteInfo): Promise<void> {
    if (message.length > longestQuery || port === 0) return;
    const answer = await this.#answer(message, udpLimit);
    // Closed meanwhile; or it cannot be reached, which is its own affair.
    if (answer && udp === this.#udp) udp.send(answer, port, address, () => {});
  }

  async #answer(message: Buffer, limit: (query: Query) => number): Promise<Buffer | undefined> {
    const received = readQuery(message);
    if (!received) return undefined;
    if ('rcode' in received) return writeRefusal(received);
    return writeResponse(received, await this.#outcome(received), limit(received));
  }

  async #outcome({ question }: Query): Promise<Outcome> {
    if (this.#waiting >= this.#mostWaiting) return { rcode: rcodes.serverFailure };
    this.#waiting++;
    try {
      return await this.#resolver.resolve(question);
    } catch {
      return { rcode: rcodes.serverFailure };
    } finally {
      this.#waiting--;
    }
  }
}
