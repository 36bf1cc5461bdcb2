// Many kubelets in one process, as simulated nodes need: one watch of all pods and one of all nodes, whose objects are handed to the kubelets
// they belong to, and one bound on the requests on their way. Needs a client that may see all pods; each node still speaks for itself.

import type { Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import { nodes, pods } from '../client/resources.ts';
import type { SharedInformers } from '../client/shared-informers.ts';
import type { KubeletTimings } from './defaults.ts';
import { ReferenceReader } from './env/reference-reader.ts';
import { Gate } from './gate.ts';
import { Kubelet, type KubeletOptions } from './kubelet.ts';
import { InformerShares } from './pod-source.ts';

export interface KubeletFleetOptions {
  client: Client;
  /** Started and closed by whoever made them; the controllers' own will do. */
  informers: SharedInformers;
  clock: Clock;
  random: Random;
  logger: Logger;
  timings?: Partial<KubeletTimings>;
  /** Whether each start is told in events. Default false: they would be most of what a simulated cluster writes. */
  startEvents?: boolean;
  /** Requests of all nodes on their way at the same time. Default 32. */
  maxRequests?: number;
}

/** What differs from node to node. */
export type FleetMember = Pick<KubeletOptions, 'nodeName' | 'facts' | 'runtime' | 'network' | 'prober'>;

export class KubeletFleet {
  readonly #options: KubeletFleetOptions;
  readonly #gate: Gate;
  readonly #references: ReferenceReader;
  readonly #pods;
  readonly #nodes;
  readonly #kubelets = new Map<string, Kubelet>();

  constructor(options: KubeletFleetOptions) {
    const { informers, client, clock, maxRequests = 32 } = options;
    this.#options = options;
    this.#gate = new Gate(maxRequests);
    this.#references = new ReferenceReader(client, clock);
    this.#pods = new InformerShares(
      informers.for(pods),
      'node of pod',
      ({ spec }) => spec.nodeName || undefined,
    );
    this.#nodes = new InformerShares(informers.for(nodes), 'name of node', ({ metadata }) => metadata.name);
  }

  /** Starts a kubelet; the runtime and the network stay the caller's. Throws for a name that is there. */
  add(member: FleetMember): Kubelet {
    const { nodeName } = member;
    if (this.#kubelets.has(nodeName)) throw new Error(`the fleet has a node named ${nodeName} already`);
    const { client, clock, random, logger, timings, startEvents = false } = this.#options;
    const objects = { pods: this.#pods.share(nodeName), node: this.#nodes.share(nodeName) };
    const shared = { client: client.as('kubelet'), clock, random, logger, timings, startEvents };
    const bounds = { gate: this.#gate, references: this.#references };
    const kubelet = new Kubelet({ ...shared, ...bounds, ...member, objects });
    this.#kubelets.set(nodeName, kubelet);
    kubelet.start();
    return kubelet;
  }

  get(nodeName: string): Kubelet | undefined {
    return this.#kubelets.get(nodeName);
  }

  /** Resolves when all that were added so far are ready. */
  async ready(): Promise<void> {
    await Promise.all([...this.#kubelets.values()].map((kubelet) => kubelet.ready()));
  }

  /** Closes the kubelet, as if it died: its pods run on, its node is lost soon. Unknown: nothing. */
  async remove(nodeName: string): Promise<void> {
    const kubelet = this.#kubelets.get(nodeName);
    this.#kubelets.delete(nodeName);
    await kubelet?.close();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#kubelets.keys()].map((nodeName) => this.remove(nodeName)));
  }
}
