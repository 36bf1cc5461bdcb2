// Which processes a cluster is made of, and what each is told.

import path from 'node:path';
import type { IngressPlaces } from '../balancer/translate/ingress.ts';
import { entryUrl } from '../base/entry.ts';
import { processIdentity } from '../base/process-identity.ts';
import type { Bind } from '../lb/model.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import type { ChildSpec } from '../machinery/supervised-child.ts';
import { imageStoreFolder } from '../runtime/process/images/image-store.ts';
import type { BalancerConfig } from './balancer-process.ts';
import { clusterMarker } from './cluster-marker.ts';
import type { Member } from './cluster-members.ts';
import { type ClusterSettings, membersOf } from './cluster-settings.ts';
import type { ControlPlaneConfig, ControlPlaneInfo, Credentials } from './control-plane-process.ts';
import { type Edge, edgeHost, statisticsUser, usualPorts } from './edge.ts';
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
export function balancerSpecs(
  dir: ClusterDir,
  api: ControlPlaneInfo,
  settings: ClusterSettings,
  stand: { premises: Premises; edge: Edge } | undefined,
): ChildSpec[] {
  if (!stand) return [];
  const { premises, edge } = stand;
  const { outward } = edge;
  const { centre, plan, apiHost } = premises;
  const isApart = apiHost !== edgeHost;
  const { statistics: port, statisticsPath, password } = edge;
  const config: BalancerConfig = {
    ...{ api: api.balancer, cluster: dir.name, engine: settings.engine, isApart },
    folder: path.join(dir.data, 'balancer'),
    accessLog: { format: settings.accessLogFormat, file: accessLogOf(dir) },
    addresses: {
      clusterIps: true,
      nodePorts: [
        { address: apiHost },
        ...(isApart ? [{ address: edgeHost, outside: true }] : []),
        ...outward.map((address) => ({ address, outside: isApart })),
      ],
      loadBalancer: {
        ...{ cidr: plan.loadBalancerCidr, outside: isApart },
        reserved: [plan.ingressAddress],
      },
      ingress: ingressPlaces(edge, plan.ingressAddress, isApart),
    },
    statistics: {
      ...{ hosts: [edgeHost, ...outward], port, path: statisticsPath },
      ...{ user: statisticsUser, password },
    },
  };
  return [{ ...centre, name: 'balancer', entry: entryUrl('daemon/balancer-process'), config }];
}

export function accessLogOf(dir: ClusterDir): string {
  return path.join(dir.data, 'logs', 'access.log');
}

/** Inside a network apart everybody has the usual ports; and the others, since a redirect may lead from the one to the other. */
function ingressPlaces(edge: Edge, address: string, isApart: boolean): IngressPlaces {
  const bindsOf = (own: number, usual: number): Bind[] => {
    const both = [own, usual].map((port) => ({ address, port }));
    const around = edge.address === undefined ? [] : both;
    const owns = [edgeHost, ...edge.outward].map((each) => ({ address: each, port: own }));
    return [...[...owns, ...around].map((bind) => ({ ...bind, outside: isApart })), ...(isApart ? both : [])];
  };
  return {
    http: bindsOf(edge.http, usualPorts.http),
    https: bindsOf(edge.https, usualPorts.https),
    publicHttpsPort: edge.https,
    published: [edge.address ?? edgeHost, ...edge.outward],
  };
}
