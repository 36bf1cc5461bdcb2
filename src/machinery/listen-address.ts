// Where a balancer may be told to listen: an address of this machine, or a wildcard for all that it has. Says which ones are meant.

import { networkInterfaces } from 'node:os';
import { isIPv4, isIPv6 } from '../api/ip-address.ts';
import { bindPort } from '../base/bound-port.ts';

/** Where nobody beyond this machine comes in. */
export const loopbackAddress = '127.0.0.1';

/** As it is compared and kept, an IPv6 address in its shortest form; or in one sentence why nobody can listen there. */
export type ListenAddress = { readonly address: string } | { readonly problem: string };

export function listenAddress(text: string): ListenAddress {
  if (!isIPv4(text) && !isIPv6(text))
    return { problem: 'it is an IPv4 or IPv6 address of this machine, or 0.0.0.0 or :: for all it has.' };
  const address = shortest(text);
  if (isWildcard(address) || isOwn(address)) return { address };
  const known = [loopbackAddress, ...ownAddresses()].join(', ');
  return { problem: `this machine has no such address, only ${known}.` };
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/**
 * Where to listen besides 127.0.0.1. A wildcard is taken apart, as this machine is now: bound as such it would take its port from all of
 * 127.0.0.0/8, where pods, Services and other clusters have addresses. `::` means IPv4, too.
 */
export function outwardAddresses(listen: string): readonly string[] {
  if (listen === loopbackAddress) return [];
  if (listen === '0.0.0.0') return ownAddresses().filter(isIPv4);
  return listen === '::' ? ownAddresses() : [listen];
}

/** Where somebody is reached that listens there and nowhere else: a wildcard is everywhere. */
export function reachedAt(listen: string): readonly string[] {
  return isWildcard(listen) ? [loopbackAddress, ...outwardAddresses(listen)] : [listen];
}

/** Without those of the loopback, and those of IPv6 that mean nothing without an interface. The ones that everybody can write come first. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const own = all.flatMap((one) => (one.family === 'IPv6' && one.scopeid !== 0 ? [] : shortest(one.address)));
  const outward = [...new Set(own)].filter((address) => !address.startsWith('127.') && address !== '::1');
  return outward.sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b))).filter(canBeBound);
}

/** All of 127.0.0.0/8 is the loopback's on Linux, and in no list. Elsewhere a broadcast address could be bound, too. */
function isOwn(address: string): boolean {
  const isLoopback = address.startsWith('127.') || address === '::1';
  return isLoopback ? canBeBound(address) : ownAddresses().includes(address);
}

/** One that is still being tried out by the system cannot. */
function canBeBound(address: string): boolean {
  try {
    bindPort(address, 0).close();
    return true;
  } catch {
    return false;
  }
}

function shortest(address: string): string {
  return isIPv4(address) ? address : new URL(`http://[${address}]`).hostname.slice(1, -1);
}
