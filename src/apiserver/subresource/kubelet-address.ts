// Where the kubelet of a node is reached.

import type { V1Node } from '../../api/generated/types.ts';
import { internalError } from '../../api/status.ts';

export interface KubeletAddress {
  /** Name or address; an IPv6 one without brackets. */
  host: string;
  port: number;
}

/** Kubernetes' default, for nodes that do not say. */
const defaultPort = 10_250;
/** An address needs no resolver, so it goes before names. */
const preferred = ['InternalIP', 'Hostname', 'InternalDNS', 'ExternalDNS', 'ExternalIP'];

/** Undefined for a node that has not said its addresses yet. */
export function kubeletAddress({ status }: V1Node): KubeletAddress | undefined {
  const port = status?.daemonEndpoints?.kubeletEndpoint?.Port || defaultPort;
  for (const type of preferred) {
    const found = status?.addresses?.find((address) => address.type === type && address.address !== '');
    if (found) return { host: found.address, port };
  }
  return undefined;
}

/** Throws 500 as Kubernetes does. */
export function requireKubeletAddress(node: V1Node): KubeletAddress {
  const address = kubeletAddress(node);
  if (address) return address;
  throw internalError(`no preferred addresses found; known addresses: []`);
}
