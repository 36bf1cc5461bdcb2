// Arithmetic with IPv4 addresses and the ranges that CIDRs name.

import { isCidr, isIPv4 } from './ip-address.ts';

/** Numbers of addresses, both inclusive. */
export interface Ipv4Range {
  readonly first: number;
  readonly last: number;
}

/** Without its first and its last address, which are a network's own. Undefined for what is no IPv4 CIDR, or has no address left then. */
export function ipv4Range(cidr: string): Ipv4Range | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  if (!isCidr(cidr) || !isIPv4(address) || size < 4) return undefined;
  const base = Math.floor(addressNumber(address) / size) * size;
  return { first: base + 1, last: base + size - 2 };
}

/** False for what is no IPv4 address. */
export function isInRange({ first, last }: Ipv4Range, address: string): boolean {
  const number = isIPv4(address) ? addressNumber(address) : -1;
  return number >= first && number <= last;
}

/** `address` is a valid IPv4 address. */
export function addressNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
