// The servers of a Service whose servers are nodes: its node port on each. Pure.

import { isReady } from '../../api/core/readiness.ts';
import type { V1Node, V1ServicePort } from '../../api/generated/types.ts';
import { isIPv4, isIPv6 } from '../../api/ip-address.ts';
import type { Server } from '../../lb/model.ts';
import { AnnotationReader } from '../annotations.ts';
import type { Note } from '../note.ts';

const excluded = 'node.kubernetes.io/exclude-from-external-load-balancers';
const addressTypes = ['InternalIP', 'ExternalIP', 'Hostname'];

/** Those that may be servers at all; the order is that of their names. */
export function servingNodes(nodes: readonly V1Node[]): V1Node[] {
  return nodes
    .filter((node) => node.metadata.labels?.[excluded] === undefined && addressOf(node) !== undefined)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** None for a port without a node port. Nodes that are not ready keep what they have. */
export function nodeServers(nodes: readonly V1Node[], port: V1ServicePort, notes: Note[]): Server[] {
  const { nodePort } = port;
  if (!nodePort) return [];
  return servingNodes(nodes).map((node) => serverOf(node, nodePort, notes));
}

function serverOf(node: V1Node, port: number, notes: Note[]): Server {
  const { name } = node.metadata;
  const reader = new AnnotationReader(node, notes);
  const state = reader.state();
  const address = addressOf(node) ?? '';
  const base = {
    id: name,
    name,
    node: name,
    address,
    port,
    role: 'primary',
    weight: reader.weight(),
  } as const;
  if (!isServing(node) && state !== 'maint') return { ...base, state: 'maint', reason: 'node is not ready' };
  return state === 'ready' ? { ...base, state } : { ...base, state, reason: `relevo.dev/state=${state}` };
}

function isServing(node: V1Node): boolean {
  return !node.metadata.deletionTimestamp && isReady(node);
}

function addressOf({ status }: V1Node): string | undefined {
  const addresses = status?.addresses ?? [];
  for (const wanted of addressTypes) {
    const found = addresses.find(
      ({ type, address }) => type === wanted && (isIPv4(address) || isIPv6(address)),
    );
    if (found) return found.address;
  }
  return undefined;
}
