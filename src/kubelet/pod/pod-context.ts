// What all pods of a node share.

import type { Random } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Client } from '../../client/client.ts';
import type { PodNetwork } from '../../network/pod-network.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { KubeletTimings } from '../defaults.ts';
import type { DepartureGate } from '../departure.ts';
import type { Environment } from '../env/environment.ts';
import type { Gate } from '../gate.ts';
import type { PodVolumes } from '../pod-volumes.ts';
import type { Prober } from '../probe/prober.ts';
import type { ListenWatch } from './listen-watch.ts';
import type { KubeletDns } from './pod-dns.ts';
import type { PodEvents } from './pod-events.ts';
import type { StatusWriter } from './status-writer.ts';

export interface PodContext {
  nodeName: string;
  /** The node's own addresses. */
  hostIps: readonly string[];
  allocatable: Readonly<Record<string, string>>;
  client: Client;
  /** Bounds the requests on their way. */
  gate: Gate;
  runtime: Runtime;
  network: PodNetwork;
  /** Undefined: pods resolve names as the machine does. */
  dns: KubeletDns | undefined;
  volumes: PodVolumes | undefined;
  /** Undefined: a pod that is deleted ends at once. */
  departures: DepartureGate | undefined;
  statuses: StatusWriter;
  events: PodEvents;
  environment: Environment;
  /** Undefined: nothing is probed, a container is ready when the runtime does not say otherwise. */
  prober: Prober | undefined;
  /** Undefined: programs may listen where they like. */
  listening: ListenWatch | undefined;
  clock: Clock;
  random: Random;
  logger: Logger;
  timings: KubeletTimings;
}
