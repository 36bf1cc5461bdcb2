// What a balancer is made of.

import type { Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import type { LbEngine } from '../lb/engine.ts';
import type { AccessLog } from '../lb/model.ts';
import type { SavedModel } from '../lb/saved-model.ts';
import type { IngressPlaces } from './translate/ingress.ts';
import type { PlaceOptions } from './translate/service-places.ts';

export interface BalancerOptions {
  /** The transport stays the caller's. */
  readonly client: Client;
  /** Stays the caller's: it is closed after the balancer. */
  readonly engine: LbEngine;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  /** Of the Balancer object; a name that an object may have. Two balancers of one cluster must not share it. */
  readonly name: string;
  /** Of the program, for people. */
  readonly version: string;
  readonly addresses: BalancerAddresses;
  /** Every model is kept there, and served again when the API is away at the start. Stays the caller's. Undefined: nothing is kept. */
  readonly saved?: SavedModel;
  /** CIDRs of peers whose X-Forwarded-* are believed, besides those of annotations. */
  readonly trustedProxies?: readonly string[];
  readonly accessLog?: AccessLog;
  /** Its addresses are taken from Services and Ingresses when it ends: nobody starts it again there. Default: they stay. */
  readonly withdraws?: boolean;
  /** A change waits so long for others. Default 5. */
  readonly batchMs?: number;
  /** The API may be away so long at the start before the saved model is served. Default 250. */
  readonly patienceMs?: number;
}

export interface BalancerAddresses extends Pick<PlaceOptions, 'clusterIps' | 'nodePorts'> {
  /** Undefined: LoadBalancer Services get no addresses. */
  readonly loadBalancer?: LoadBalancerRange;
  /** Undefined: Ingresses are not served. */
  readonly ingress?: IngressPlaces;
}

export interface LoadBalancerRange {
  /** Of IPv4. */
  readonly cidr: string;
  /** Whether they are opened in the network around the engine's own, too. */
  readonly outside: boolean;
  /** Addresses that no Service gets. */
  readonly reserved: readonly string[];
}
