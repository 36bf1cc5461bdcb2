// The cluster's DNS on one node: keeps the name server's view of Services and endpoints, and says how the node's pods are to use it. With
// the API dead it answers from what it knew.

import type { V1EndpointSlice, V1Service } from '../api/generated/types.ts';
import type { Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { ResolveOutside } from '../base/outside-names.ts';
import type { Client } from '../client/client.ts';
import { Informer } from '../client/informer.ts';
import { endpointSlices } from '../client/resources.ts';
import type { KubeletDns } from '../kubelet/pod/pod-dns.ts';
import { DnsServer } from '../network/dns/dns-server.ts';
import { NetnsPlan } from '../network/netns/netns-plan.ts';
import type { NetworkPlan } from '../network/network-plan.ts';
import { ClusterNames, clusterDomain, isHeadless } from './dns/cluster-names.ts';
import { machineResolver } from './dns/machine-resolver.ts';

export interface NodeDnsOptions {
  client: Client;
  clock: Clock;
  logger: Logger;
  random: Random;
  /** The node's own: the caller starts and closes it. */
  services: Informer<V1Service>;
  resolveOutside: ResolveOutside;
  /** Of the node, in its cluster. */
  index: number;
  plan: NetworkPlan;
  /** See ClusterNamesOptions. */
  hostAddress?: string;
  /** Default 53: nobody asks on another one, tests excepted. */
  port?: number;
}

export class NodeDns {
  readonly #options: NodeDnsOptions;
  readonly #server: DnsServer;
  readonly #slices: Informer<V1EndpointSlice>;
  readonly #detach: () => void;
  #port = 0;

  private constructor(options: NodeDnsOptions) {
    const { client, clock, logger, random, services, resolveOutside, hostAddress } = options;
    this.#options = options;
    const slices = new Informer({ client, clock, logger, random, resource: endpointSlices });
    this.#slices = slices;
    const names = new ClusterNames({ services, slices, ownRanges: rangesOf(options.plan), hostAddress });
    this.#server = new DnsServer({ names, resolveOutside, clock, random });
    // Most clusters have no headless Service: nodes need not hear of every endpoint then.
    const seen = (service: V1Service) => isHeadless(service) && slices.start();
    this.#detach = services.addHandler({ added: seen, updated: seen });
  }

  /** Answers once it resolves. Where the port cannot be had there is no DNS: a line in the log says so. */
  static async open(options: NodeDnsOptions): Promise<NodeDns> {
    const dns = new NodeDns(options);
    await dns.#listen();
    return dns;
  }

  /** What the kubelet tells pods. */
  get forPods(): KubeletDns {
    if (this.#port === 0) return { node: machineResolver };
    const { plan, index } = this.#options;
    const address = addressOf(plan, index);
    // From a network of its own a node reaches this name server and no other.
    const apart = () => ({ ...machineResolver(), nameservers: [address], options: [] });
    const node = plan instanceof NetnsPlan ? apart : machineResolver;
    return { cluster: { address, domain: clusterDomain }, node };
  }

  /** Where it answers; 0 when it does not. */
  get port(): number {
    return this.#port;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#detach();
    await this.#server.close();
    await this.#slices.close();
  }

  async #listen(): Promise<void> {
    const { plan, index, port = 53, logger } = this.#options;
    const address = addressOf(plan, index);
    try {
      this.#port = await this.#server.listen(address, port);
    } catch (error) {
      const fields = { address, port, error };
      logger.warn('no DNS on this node: pods resolve names as this machine does', fields);
    }
  }
}

function addressOf(plan: NetworkPlan, index: number): string {
  return plan instanceof NetnsPlan ? plan.podGateway(index) : plan.nodeAddress(index);
}

function rangesOf(plan: NetworkPlan): string[] {
  const pods = Array.from({ length: plan.mostNodes }, (_, before) => plan.podCidr(before + 1));
  return [plan.serviceCidr, plan.loadBalancerCidr, ...pods];
}
