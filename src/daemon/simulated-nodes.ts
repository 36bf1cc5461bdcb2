// Simulated nodes, as many as wanted in one process: kubelets that share one client and one watch, on machines that run nothing.

import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import { HttpsTransport, type HttpsTransportOptions } from '../client/https-transport.ts';
import { SharedInformers } from '../client/shared-informers.ts';
import { KubeletFleet } from '../kubelet/kubelet-fleet.ts';
import type { NodeFacts } from '../kubelet/node/node-facts.ts';
import { lateDirectory } from '../kubelet/pod-directory.ts';
import { KubeletServer } from '../kubelet/server/kubelet-server.ts';
import { SimulatedAddresses, SimulatedPodNetwork } from '../network/simulated/pod-network.ts';
import { type Delay, seededRandom } from '../runtime/simulated/delay.ts';
import { SimulatedMachine } from '../runtime/simulated/machine.ts';
import { SimulatedRuntime } from '../runtime/simulated/runtime.ts';
import { isApiServer } from './kubelet-client.ts';
import { nodeNames } from './node-names.ts';
import { simulatedHost as host } from './simulated-identity.ts';

export interface SimulatedNodesOptions {
  /** They are called node-1 and so on. */
  count: number;
  /** With a certificate of simulatedNodesOrder: one each would cost more than the nodes. */
  identity: HttpsTransportOptions & { ca: string; cert: string; key: string };
  logger: Logger;
  /** From a container's start until it is ready. Default: at once. */
  readyAfter?: Delay;
  /** Of the delays. Default 1. */
  seed?: number;
}

export interface SimulatedNodes {
  /** Their kubelets die; the machines are gone with the process. Idempotent. */
  close(): Promise<void>;
}

/** Resolves when all nodes are registered and Ready. */
export async function startSimulatedNodes(options: SimulatedNodesOptions): Promise<SimulatedNodes> {
  const { count, identity, logger, readyAfter, seed = 1 } = options;
  const random = seededRandom(seed);
  const clock = systemClock;
  const transport = new HttpsTransport(identity);
  const client = new Client(transport, { userAgent: 'kubelet' });
  const informers = new SharedInformers({ client, clock, logger, random });
  const timings = { leaseIntervalMs: leaseIntervalMs(count) };
  const fleet = new KubeletFleet({ client, informers, clock, random, logger, timings });
  informers.start();
  const addresses = new SimulatedAddresses();
  const servers = await Promise.all(
    nodeNames(count).map(async (nodeName) => {
      const runtime = new SimulatedRuntime(new SimulatedMachine({ clock, random, readyAfter }));
      const server = new KubeletServer({
        directory: lateDirectory(nodeName, () => fleet.get(nodeName)),
        runtime,
        tls: identity,
        mayAsk: isApiServer,
        clock,
        logger,
      });
      const facts = factsOf(nodeName, await server.listen(host, 0));
      fleet.add({ nodeName, facts, runtime, network: new SimulatedPodNetwork(addresses, host) });
      return server;
    }),
  );
  await fleet.ready();
  return {
    async close() {
      await fleet.close();
      await Promise.all(servers.map((server) => server.close()));
      await informers.close();
      await transport.close();
    },
  };
}

/** Hundreds of nodes renew less often, but well within the time after which they count as lost. */
function leaseIntervalMs(count: number): number {
  return Math.min(2_000, Math.max(1_000, count * 10));
}

function factsOf(nodeName: string, kubeletPort: number): NodeFacts {
  return {
    addresses: [
      { type: 'InternalIP', address: host },
      { type: 'Hostname', address: nodeName },
    ],
    kubeletPort,
    capacity: { cpu: '16', memory: '64Gi', pods: '1100', 'ephemeral-storage': '100Gi' },
    info: { architecture: 'amd64', operatingSystem: 'linux', osImage: 'simulated' },
  };
}
