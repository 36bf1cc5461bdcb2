// A balancer for any cluster, as that cluster's client: it serves Ingresses on ports of this machine and, where it is told to, LoadBalancer
// Services. Nothing of the cluster is changed but what it reports of itself.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hostAndPort } from '../api/host-and-port.ts';
import { balancers } from '../api/relevo/resources.ts';
import type { BalancerAddresses } from '../balancer/options.ts';
import { bindPort } from '../base/bound-port.ts';
import type { Logger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import { HttpsTransport, type HttpsTransportOptions } from '../client/https-transport.ts';
import { isStatusError } from '../client/response-error.ts';
import type { EngineName } from '../lb/engine.ts';
import type { AccessLog } from '../lb/model.ts';
import type { StatisticsAccess } from '../machinery/balancer-status.ts';
import { isWildcard, reachedAt } from '../machinery/listen-address.ts';
import { Balancing } from './balancing.ts';
import { statisticsUser } from './edge.ts';

export interface AttachedBalancerOptions {
  readonly connection: HttpsTransportOptions;
  readonly engine: EngineName;
  /** Of the Balancer object. */
  readonly name: string;
  readonly logger: Logger;
  /** Where Ingresses are served; an address of this machine. */
  readonly address: string;
  /** At which address Ingresses are told to be found. Undefined: `address`, where that is a single one. */
  readonly published?: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Of `address`; undefined: there are no statistics. */
  readonly statisticsPort?: number;
  /** An IPv4 CIDR of this machine. Undefined: LoadBalancer Services get no addresses. */
  readonly loadBalancerCidr?: string;
  /** Kept small. Undefined: there is none. */
  readonly accessLog?: AccessLog;
}

export class AttachedBalancer {
  readonly statistics: StatisticsAccess | undefined;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'relevo-balancer-'));
  readonly #transport: HttpsTransport;
  #balancing: Balancing | undefined;

  private constructor(options: AttachedBalancerOptions) {
    this.#transport = new HttpsTransport(options.connection);
    this.statistics = accessOf(options);
  }

  /**
   * Resolves when everything that the API knows is served, or was tried. Rejects with an Error in one line when the API does not answer, has
   * none of Relevo's kinds, or the engine cannot run; and with the signal's reason.
   */
  static async start(options: AttachedBalancerOptions, signal: AbortSignal): Promise<AttachedBalancer> {
    const balancer = new AttachedBalancer(options);
    const interrupted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      await Promise.race([balancer.#start(options), interrupted]);
      return balancer;
    } catch (error) {
      await balancer.close();
      throw error;
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#balancing?.close();
    await this.#transport.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(options: AttachedBalancerOptions): Promise<void> {
    const client = new Client(this.#transport, { userAgent: 'relevo-balancer' });
    await hasKinds(client);
    const { engine, name, logger, address, statisticsPort = 0, accessLog } = options;
    const { statistics } = this;
    const open = [async () => bindPort(address, statisticsPort)];
    this.#balancing = await Balancing.open({
      ...{ client, engine, name, logger, folder: this.#folder, addresses: addressesOf(options) },
      ...{ withdraws: true, accessLog },
      ...(statistics ? { statistics: { ...placeOf(statistics, name), open } } : {}),
    });
    await this.#balancing.start();
  }
}

function addressesOf({
  address,
  httpPort,
  httpsPort,
  loadBalancerCidr: cidr,
  published = isWildcard(address) ? undefined : address,
}: AttachedBalancerOptions): BalancerAddresses {
  return {
    ...{ clusterIps: false, nodePorts: [] },
    ingress: {
      http: [{ address, port: httpPort }],
      https: [{ address, port: httpsPort }],
      published: published === undefined ? [] : [published],
    },
    ...(cidr === undefined ? {} : { loadBalancer: { cidr, outside: false, reserved: [address] } }),
  };
}

function placeOf({ user, password, url }: StatisticsAccess, title: string) {
  return { title, path: new URL(url).pathname, user, password };
}

function accessOf({ address, statisticsPort }: AttachedBalancerOptions): StatisticsAccess | undefined {
  if (statisticsPort === undefined) return undefined;
  const urls = reachedAt(address).map((host) => `http://${hostAndPort(host, statisticsPort)}/stats`);
  const [url = '', ...others] = urls;
  return { url, others, user: statisticsUser, password: randomBytes(12).toString('base64url') };
}

async function hasKinds(client: Client): Promise<void> {
  try {
    await client.resource(balancers).list({ limit: 1 });
  } catch (cause) {
    if (!isStatusError(cause, 404)) throw cause;
    throw new Error('the cluster has none of the kinds of Relevo: --install applies them, and the rights', {
      cause,
    });
  }
}
