// Which processes a cluster is made of, and what each is told.

import path from 'node:path';
import { entryUrl } from '../base/entry.ts';
import { processIdentity } from '../base/process-identity.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import type { ChildSpec } from '../machinery/supervised-child.ts';
import type { LoopbackPlan } from '../network/loopback/loopback-plan.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { ControlPlaneConfig, ControlPlaneInfo, Credentials } from './control-plane-process.ts';
import type { ForwarderConfig } from './forwarder-process.ts';
import { nodeNames } from './node-names.ts';
import type { NodeConfig } from './node-process.ts';
import { clusterMarker } from './pod-processes.ts';
import type { SimulatedNodesConfig } from './simulated-nodes-process.ts';

export function controlPlaneSpec(
  dir: ClusterDir,
  host: string,
  settings: ClusterSettings,
  plan?: LoopbackPlan,
): ChildSpec {
  const nodes = plan ? nodeNames(settings.nodes) : [];
  const config: ControlPlaneConfig = {
    ...{ dataDir: dir.data, host, port: settings.apiPort, contextName: dir.contextName },
    ...{ nodes, loopback: plan?.number },
  };
  return { name: 'control-plane', entry: entryUrl('daemon/control-plane-process'), config };
}

/** One process per node, or one for all that are simulated. */
export function nodeSpecs(
  dir: ClusterDir,
  settings: ClusterSettings,
  api: ControlPlaneInfo,
  plan: LoopbackPlan | undefined,
): ChildSpec[] {
  if (!plan) {
    const config: SimulatedNodesConfig = { count: settings.nodes, credentials: api.simulatedNodes };
    return [{ name: 'simulated-nodes', entry: entryUrl('daemon/simulated-nodes-process'), config }];
  }
  const keeper = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  return nodeNames(settings.nodes).map((name, index) => {
    const config: NodeConfig = {
      ...{ name, index: index + 1, loopback: plan.number, cluster: clusterMarker(dir), keeper },
      folder: path.join(dir.data, 'nodes', name),
      credentials: api.nodes[name] as Credentials,
    };
    return { name, entry: entryUrl('daemon/node-process'), config };
  });
}

/** Simulated pods answer nobody, so nothing is passed on to them. */
export function forwarderSpecs(api: ControlPlaneInfo, plan: LoopbackPlan | undefined): ChildSpec[] {
  if (!plan) return [];
  const config: ForwarderConfig = { api: api.forwarder, loadBalancerCidr: plan.loadBalancerCidr };
  return [{ name: 'forwarder', entry: entryUrl('daemon/forwarder-process'), config }];
}
