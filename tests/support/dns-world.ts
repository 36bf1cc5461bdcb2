// A name server on this machine for tests, with names that a test makes up, and ways to ask it.

import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { type DecodedPacket, decode, encode, type Packet, streamEncode } from 'dns-packet';
import { systemClock } from '../../src/base/clock.ts';
import type { OutsideAnswer, OutsideType } from '../../src/base/outside-names.ts';
import { DnsServer } from '../../src/network/dns/dns-server.ts';
import type { NameRecords } from '../../src/network/dns/model.ts';
import { isWithin } from '../../src/network/dns/names.ts';

export class DnsWorld {
  /** Those of the zone `here`. */
  readonly names = new Map<string, NameRecords | 'unknown'>([['here', {}]]);
  /** What was asked of others, as `TYPE name`. */
  readonly asked: string[] = [];
  /** Default: there is no such name. */
  outside: (name: string, type: OutsideType) => Promise<OutsideAnswer> = async () => ({ missing: true });
  port = 0;
  readonly #server: DnsServer;

  private constructor(mostWaiting?: number) {
    this.#server = new DnsServer({
      clock: systemClock,
      random: Math.random,
      mostWaiting,
      names: {
        zoneOf: (name) => (isWithin(name, 'here') ? 'here' : undefined),
        find: (name) => this.names.get(name),
      },
      resolveOutside: (name, type) => {
        this.asked.push(`${type} ${name}`);
        return this.outside(name, type);
      },
    });
  }

  static async open(t: TestContext, mostWaiting?: number): Promise<DnsWorld> {
    const world = new DnsWorld(mostWaiting);
    world.port = await world.#server.listen('127.0.0.1', 0);
    t.after(() => world.#server.close());
    return world;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The one of Node, which asks again over TCP when an answer was cut off. */
  get resolver(): Resolver {
    const resolver = new Resolver({ timeout: 5_000, tries: 1 });
    resolver.setServers([this.address]);
    return resolver;
  }

  /** One query and its answer in datagrams. */
  async ask(query: Packet): Promise<DecodedPacket> {
    return decode(await this.send(encode(query)));
  }

  /** One after the other from one place; resolves with the first datagram that comes back. */
  async send(...messages: readonly Buffer[]): Promise<Buffer> {
    const socket = createSocket('udp4');
    try {
      for (const message of messages) socket.send(message, this.port, '127.0.0.1');
      const [answer] = await once(socket, 'message');
      return answer;
    } finally {
      socket.close();
    }
  }

  /** All of them over one connection, which is closed for writing at once; the answers as they come. */
  async askOverTcp(queries: readonly Packet[]): Promise<DecodedPacket[]> {
    const socket = connect(this.port, '127.0.0.1');
    socket.end(Buffer.concat(queries.map(streamEncode)));
    let bytes = Buffer.concat(await socket.toArray());
    const answers: DecodedPacket[] = [];
    while (bytes.length > 0) {
      const end = 2 + bytes.readUInt16BE(0);
      answers.push(decode(bytes.subarray(2, end)));
      bytes = bytes.subarray(end);
    }
    return answers;
  }
}
