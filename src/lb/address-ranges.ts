// Whether an address is in one of some ranges: whom a frontend trusts.

import { BlockList } from 'node:net';
import { isCidr, isIPv4, isIPv6 } from '../api/ip-address.ts';

export class AddressRanges {
  readonly #list = new BlockList();

  /** CIDRs and single addresses, IPv4 and IPv6. Those that are neither are left out: isAddressRange() tells. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) if (isAddressRange(range)) this.#add(range);
  }

  /** IPv4 addresses may be written as IPv6 (`::ffff:10.0.0.1`), as sockets for both tell them. False for what is no address. */
  has(address: string): boolean {
    if (isIPv4(address)) return this.#list.check(address);
    return isIPv6(address) && this.#list.check(address, 'ipv6');
  }

  #add(range: string): void {
    const [address = '', bits] = range.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) this.#list.addAddress(address, family);
    else this.#list.addSubnet(address, Number(bits), family);
  }
}

export function isAddressRange(text: string): boolean {
  return isCidr(text) || isIPv4(text) || isIPv6(text);
}
