// One node of plain processes on the loopback network, as a supervised process. Its pods are node-init's children, not its own: when this
// dies they go on, when it is told to end they end.

import { mkdirSync } from 'node:fs';
import { arch, availableParallelism, hostname, release, totalmem, type } from 'node:os';
import path from 'node:path';
import { aborted } from '../base/aborted.ts';
import { systemClock } from '../base/clock.ts';
import { Client } from '../client/client.ts';
import { HttpsTransport } from '../client/https-transport.ts';
import { Informer } from '../client/informer.ts';
import { services } from '../client/resources.ts';
import { BalancerAcknowledgements } from '../kubelet/balancer-acknowledgements.ts';
import { ReferenceReader } from '../kubelet/env/reference-reader.ts';
import { Kubelet } from '../kubelet/kubelet.ts';
import type { NodeFacts } from '../kubelet/node/node-facts.ts';
import { NetworkProber } from '../kubelet/probe/prober.ts';
import { KubeletServer } from '../kubelet/server/kubelet-server.ts';
import { NodeVolumes } from '../kubelet/volumes/node-volumes.ts';
import { findFreePort } from '../machinery/free-port.ts';
import { resolveInSupervisor } from '../machinery/names-broker.ts';
import { runSupervised } from '../machinery/supervised.ts';
import { HostListeners } from '../network/loopback/listeners.ts';
import { LoopbackNetwork } from '../network/loopback/loopback-network.ts';
import { NetnsPlan } from '../network/netns/netns-plan.ts';
import type { NetworkPlan } from '../network/network-plan.ts';
import type { PodNetwork } from '../network/pod-network.ts';
import { ProcessRuntime } from '../runtime/process/process-runtime.ts';
import type { Credentials } from './control-plane-process.ts';
import { isApiServer } from './kubelet-client.ts';
import { limitsCondition } from './limits-condition.ts';
import { jsonLogger } from './logger.ts';
import { NodeDns } from './node-dns.ts';
import { type NetworkSpec, planOf } from './premises/networks.ts';

export interface NodeConfig {
  readonly name: string;
  /** From 1; its addresses follow from it. */
  readonly index: number;
  readonly network: NetworkSpec;
  /** See clusterMarker(). */
  readonly cluster: string;
  /** The node's own. */
  readonly folder: string;
  /** The image store's, which all clusters of the user share. */
  readonly images: string;
  readonly credentials: Credentials;
  /** The supervisor: the node does not outlive it. Undefined where that is seen to already. */
  readonly keeper?: { readonly pid: number; readonly identity: string };
}

/** Kubernetes' own. */
const kubeletPort = 10_250;

runSupervised<NodeConfig>(async (config, { signal, ready }) => {
  const logger = jsonLogger();
  const shared = { logger, clock: systemClock, random: Math.random };
  mkdirSync(config.folder, { recursive: true, mode: 0o700 });
  const runtime = await ProcessRuntime.open({
    folder: config.folder,
    cluster: config.cluster,
    node: config.name,
    keeper: config.keeper,
    compileCache: process.env.NODE_COMPILE_CACHE,
    images: config.images,
    isolation: config.network.isolated ? 'namespaces' : 'none',
    ...shared,
  });
  const plan = planOf(config.network);
  const network = await podNetwork(config, plan);
  const transport = new HttpsTransport(config.credentials);
  const client = new Client(transport, { userAgent: 'kubelet' });
  const seen = new Informer({ ...shared, client, resource: services });
  const dns = await NodeDns.open({
    ...{ ...shared, client, services: seen, plan, index: config.index },
    resolveOutside: resolveInSupervisor,
    hostAddress: config.network.hostAddress,
  });
  const address = plan.nodeAddress(config.index);
  const port = await findFreePort(address, kubeletPort);
  const references = new ReferenceReader(client, systemClock);
  const own = { ...shared, nodeName: config.name, client, references };
  const facts = { ...factsOf(config, address, port), conditions: [limitsCondition(runtime.limits)] };
  const folder = path.join(config.folder, 'volumes');
  const mounted = config.network.isolated;
  const volumes = new NodeVolumes({ ...own, folder, mounted, allocatable: facts.capacity });
  const departures = new BalancerAcknowledgements({ ...shared, client });
  const kubelet = new Kubelet({
    ...{ ...own, facts, runtime, network, volumes, departures, dns: dns.forPods },
    prober: new NetworkProber(runtime),
    listeners: config.network.name === 'loopback' ? new HostListeners() : undefined,
    services: (namespace) => seen.lister.list({ namespace }),
  });
  const { ca, cert, key } = config.credentials;
  const server = new KubeletServer({
    ...{ ...shared, directory: kubelet, runtime, tls: { ca, cert, key } },
    mayAsk: isApiServer,
  });
  await server.listen(address, port);
  seen.start();
  kubelet.start();
  departures.start();
  try {
    await Promise.race([kubelet.ready().then(() => ready()), aborted(signal)]);
    await aborted(signal);
  } finally {
    await server.close();
    await kubelet.close();
    await departures.close();
    volumes.close();
    await dns.close();
    await seen.close();
    await runtime.stopNode();
    await transport.close();
  }
});

async function podNetwork({ index }: NodeConfig, plan: NetworkPlan): Promise<PodNetwork> {
  const options = { nodeIndex: index, random: Math.random };
  if (!(plan instanceof NetnsPlan)) return new LoopbackNetwork({ ...options, plan });
  const { NetnsPodNetwork } = await import('../network/netns/netns-pod-network.ts');
  return new NetnsPodNetwork({ ...options, plan });
}

/** What Node and Go call otherwise: the API has Go's names. */
const goNames: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** Every node has the whole machine: shares of a laptop would be too small for what asks for a core. */
function factsOf({ name }: NodeConfig, address: string, port: number): NodeFacts {
  return {
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: name },
    ],
    kubeletPort: port,
    capacity: {
      cpu: String(availableParallelism()),
      memory: `${Math.floor(totalmem() / 1024)}Ki`,
      pods: '110',
    },
    info: {
      architecture: goNames[arch()] ?? arch(),
      operatingSystem: type().toLowerCase(),
      kernelVersion: release(),
      osImage: `${type()} on ${hostname()}`,
    },
  };
}
