// What may be opened where others reach this machine: what its owner asked for by `--listen`, never the API, and nothing else that a balancer
// remembers from another start.

import type { OutsidePort } from '../../machinery/held-ports.ts';

export interface Outward {
  /** Of this machine, besides 127.0.0.1. Empty: nobody else is to reach it. */
  readonly addresses: readonly string[];
  /** Besides node ports. */
  readonly ports: readonly number[];
}

/** Kubernetes' own. */
const nodePorts = { first: 30_000, last: 32_767 };

export function isNodePort(port: number): boolean {
  return port >= nodePorts.first && port <= nodePorts.last;
}

export function isOutward({ host, port }: OutsidePort, { addresses, ports }: Outward): boolean {
  return addresses.includes(host) && (ports.includes(port) || isNodePort(port));
}
