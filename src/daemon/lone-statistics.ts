// The statistics of a balancer without a cluster: on a port of their own, or inside a frontend, or both.

import { randomBytes } from 'node:crypto';
import { hostAndPort } from '../api/host-and-port.ts';
import { addressPort } from '../lb/config/address-port.ts';
import type { LbConfig } from '../lb/config/config-types.ts';
import { StatisticsServer, type StatisticsSource } from '../lb/statistics/statistics-server.ts';
import { whyNoPort } from '../lb/why-no-port.ts';

export interface StatisticsPlaces {
  readonly urls: readonly string[];
  readonly user: string;
  /** As it was made up for this run; undefined: the file has one. */
  readonly password?: string;
}

const usualPlace = '127.0.0.1:8404';

export class LoneStatistics {
  readonly places: StatisticsPlaces;
  /** Where frontends find them. */
  readonly address: { readonly address: string; readonly port: number };
  readonly #server: StatisticsServer;

  private constructor(
    server: StatisticsServer,
    address: { readonly address: string; readonly port: number },
    places: StatisticsPlaces,
  ) {
    this.#server = server;
    this.address = address;
    this.places = places;
  }

  /** `config` has statistics. Throws an Error in one line when their port cannot be had. */
  static async open(config: LbConfig, source: StatisticsSource): Promise<LoneStatistics> {
    const { bind, path = '/stats', user = 'admin', password } = config.statistics ?? {};
    const made = password === undefined ? randomBytes(12).toString('base64url') : undefined;
    const server = new StatisticsServer({ source, path, user, password: password ?? String(made) });
    const inside = insideFrontends(config, path);
    // Who says nothing of a port and has them in a frontend wants them there alone.
    const own = bind ?? (inside.length > 0 ? undefined : usualPlace);
    const place = own === undefined ? { address: '127.0.0.1', port: 0 } : addressPort(own, '0.0.0.0');
    const { port } = await server
      .listen({ host: place.address, port: place.port })
      .catch((cause: NodeJS.ErrnoException) => {
        throw new Error(`the statistics cannot be had on ${own}: ${whyNoPort(cause, place.port)}`, { cause });
      });
    const urls = [...(own === undefined ? [] : [urlOf('http', place, path)]), ...inside];
    const places = made === undefined ? { urls, user } : { urls, user, password: made };
    return new LoneStatistics(server, { address: reachable(place.address), port }, places);
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#server.close();
  }
}

function insideFrontends({ frontends }: LbConfig, path: string): string[] {
  const shown = frontends.filter(({ routes }) => routes.some(({ statistics }) => statistics));
  return shown.flatMap(({ bind: [first], tls }) =>
    first ? [urlOf(tls ? 'https' : 'http', addressPort(first, '0.0.0.0'), path)] : [],
  );
}

/** From this machine. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

function urlOf(scheme: string, { address, port }: { address: string; port: number }, path: string): string {
  return `${scheme}://${hostAndPort(reachable(address), port)}${path}`;
}
