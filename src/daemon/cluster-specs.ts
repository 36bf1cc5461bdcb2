// Which processes a cluster is made of, and what each is told.

import { entryUrl } from '../base/entry.ts';
import { processIdentity } from '../base/process-identity.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import type { ChildSpec } from '../machinery/supervised-child.ts';
import { imageStoreFolder } from '../runtime/process/images/image-store.ts';
import { clusterMarker } from './cluster-marker.ts';
import type { Member } from './cluster-members.ts';
import { type ClusterSettings, membersOf } from './cluster-settings.ts';
import type { ControlPlaneConfig, ControlPlaneInfo, Credentials } from './control-plane-process.ts';
import type { ForwarderConfig } from './forwarder-process.ts';
import type { NodeConfig } from './node-process.ts';
import { nodeFolder } from './node-tree.ts';
import type { Premises } from './premises/premises.ts';
import type { SimulatedNodesConfig } from './simulated-nodes-process.ts';

export function controlPlaneSpec(dir: ClusterDir, settings: ClusterSettings, premises?: Premises): ChildSpec {
  const config: ControlPlaneConfig = {
    ...{ dataDir: dir.data, port: settings.apiPort, contextName: dir.contextName },
    ...{ network: premises?.network, apiHost: premises?.apiHost ?? '127.0.0.1' },
    nodes: premises ? membersOf(settings).map(({ name, index }) => ({ name, index })) : [],
  };
  const entry = entryUrl('daemon/control-plane-process');
  return { ...premises?.centre, name: 'control-plane', entry, config };
}

/** One process for all. */
export function simulatedNodesSpec(
  count: number,
  { simulatedNodes: credentials }: ControlPlaneInfo,
): ChildSpec {
  const config: SimulatedNodesConfig = { count, credentials };
  return { name: 'simulated-nodes', entry: entryUrl('daemon/simulated-nodes-process'), config };
}

/** The kubelet of a node of plain processes. */
export function nodeSpec(
  dir: ClusterDir,
  premises: Premises,
  member: Member,
  credentials: Credentials,
): ChildSpec {
  const { name, index } = member;
  const { network } = premises;
  // In PIDs of its own a node sees no supervisor; it does not need to, since it dies with it.
  const keeper = network.isolated
    ? undefined
    : { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const config: NodeConfig = {
    ...{ name, index, network, cluster: clusterMarker(dir), keeper, credentials },
    folder: nodeFolder(dir, name),
    images: imageStoreFolder(dir.home),
  };
  return { ...premises.groundOf(member).place, name, entry: entryUrl('daemon/node-process'), config };
}

/** Simulated pods answer nobody, so nothing is passed on to them. */
export function forwarderSpecs(api: ControlPlaneInfo, premises: Premises | undefined): ChildSpec[] {
  if (!premises) return [];
  const { centre, plan, apiHost } = premises;
  const isApart = apiHost !== '127.0.0.1';
  const config: ForwarderConfig = {
    ...{ api: api.forwarder, loadBalancerCidr: plan.loadBalancerCidr, nodePortAddresses: [apiHost] },
    ...(isApart ? { outsideNodePortAddresses: ['127.0.0.1'] } : {}),
  };
  return [{ ...centre, name: 'forwarder', entry: entryUrl('daemon/forwarder-process'), config }];
}
