// Which LoadBalancer Service has which address of the cluster's range. What stands in a status is kept: a forwarder that starts anew finds
// everything where it was. Pure.

import type { V1Service } from '../../api/generated/types.ts';
import { isCidr, isIPv4 } from '../../api/ip-address.ts';
import { keyOf } from '../../client/object-key.ts';

export class LoadBalancerAddresses {
  readonly #first: number;
  readonly #last: number;

  /** `cidr` is of IPv4, its first and last address are not given out. Throws a TypeError for another. */
  constructor(cidr: string) {
    const [address = '', bits = ''] = cidr.split('/');
    if (!isCidr(cidr) || !isIPv4(address)) throw new TypeError(`"${cidr}" is no range of IPv4 addresses`);
    const size = 2 ** (32 - Number(bits));
    const base = Math.floor(numberOf(address) / size) * size;
    this.#first = base + 1;
    this.#last = base + size - 2;
  }

  /** By key, for those that want one. A Service that finds none free is left out. */
  assign(services: readonly V1Service[]): Map<string, string> {
    const assigned = new Map<string, string>();
    const taken = new Set<string>();
    const give = (service: V1Service, address: string | undefined) => {
      if (address === undefined || taken.has(address) || assigned.has(keyOf(service))) return;
      taken.add(address);
      assigned.set(keyOf(service), address);
    };
    const wanting = services.filter(wantsAddress).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const service of wanting) give(service, this.#own(service));
    for (const service of wanting) {
      if (!assigned.has(keyOf(service))) give(service, this.#free(taken));
    }
    return assigned;
  }

  /** The one that its status has, or its spec asks for. */
  #own({ spec, status }: V1Service): string | undefined {
    const wanted = spec?.loadBalancerIP;
    return [wanted, status?.loadBalancer?.ingress?.[0]?.ip].find(
      (address) => address !== undefined && this.#contains(address),
    );
  }

  #contains(address: string): boolean {
    const number = isIPv4(address) ? numberOf(address) : -1;
    return number >= this.#first && number <= this.#last;
  }

  #free(taken: ReadonlySet<string>): string | undefined {
    for (let number = this.#first; number <= this.#last; number++) {
      const address = textOf(number);
      if (!taken.has(address)) return address;
    }
    return undefined;
  }
}

/** A class of its own is somebody else's. */
export function wantsAddress({ spec, metadata }: V1Service): boolean {
  return spec?.type === 'LoadBalancer' && !spec.loadBalancerClass && !metadata.deletionTimestamp;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
