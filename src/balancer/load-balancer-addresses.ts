// Which LoadBalancer Service has which address of the cluster's range. What stands in a status is kept: a balancer that starts anew finds
// everything where it was. Pure.

import type { V1Service } from '../api/generated/types.ts';
import { addressText, type Ipv4Range, ipv4Range, isInRange } from '../api/ipv4-range.ts';
import { keyOf } from '../client/object-key.ts';

export class LoadBalancerAddresses {
  readonly #range: Ipv4Range;
  readonly #reserved: readonly string[];

  /** `cidr` is of IPv4; its first and last address, and those in `reserved`, are not given out. Throws a TypeError for another. */
  constructor(cidr: string, reserved: readonly string[] = []) {
    const range = ipv4Range(cidr);
    if (!range) throw new TypeError(`"${cidr}" is no range of IPv4 addresses`);
    this.#range = range;
    this.#reserved = reserved;
  }

  /** By key, for those that want one. A Service that finds none free is left out. */
  assign(services: readonly V1Service[]): Map<string, string> {
    const assigned = new Map<string, string>();
    const taken = new Set(this.#reserved);
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
    const told = status?.loadBalancer?.ingress ?? [];
    return [spec?.loadBalancerIP, ...told.map(({ ip }) => ip)].find(
      (address) => address !== undefined && isInRange(this.#range, address),
    );
  }

  #free(taken: ReadonlySet<string>): string | undefined {
    for (let number = this.#range.first; number <= this.#range.last; number++) {
      const address = addressText(number);
      if (!taken.has(address)) return address;
    }
    return undefined;
  }
}

/** A class of its own is somebody else's. */
export function wantsAddress({ spec, metadata }: V1Service): boolean {
  return spec?.type === 'LoadBalancer' && !spec.loadBalancerClass && !metadata.deletionTimestamp;
}
