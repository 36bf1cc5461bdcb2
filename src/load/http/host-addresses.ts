// From names to addresses, asked for once for all users of a process and kept as long as Java keeps them by default.

import { type LookupAddress, lookup } from 'node:dns';
import { isIP } from 'node:net';
import { machineTime } from '../../base/machine-time.ts';

/** networkaddress.cache.ttl. */
const keptMs = 30_000;

/** In the order in which they are tried; rejects with an error of dns.lookup(). */
export type Lookup = (host: string) => Promise<readonly string[]>;

interface Known {
  readonly addresses: Promise<readonly string[]>;
  readonly until: number;
}

export class HostAddresses {
  readonly #lookup: Lookup;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  constructor(lookupHost: Lookup = systemLookup, now: () => number = machineTime) {
    this.#lookup = lookupHost;
    this.#now = now;
  }

  /** At once where it is an address already. A name that was not found is looked up anew by the next who asks. */
  of(host: string): readonly string[] | Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host];
    const known = this.#known.get(host);
    if (known !== undefined && known.until > this.#now()) return known.addresses;
    const addresses = this.#lookup(host);
    this.#known.set(host, { addresses, until: this.#now() + keptMs });
    addresses.catch(() => this.#known.delete(host));
    return addresses;
  }
}

/** IPv4 first, as Java has it: most servers of a test bench listen there. */
function systemLookup(host: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true, order: 'ipv4first' }, (error: Error | null, found: LookupAddress[]) => {
      if (error) reject(error);
      else resolve(found.map(({ address }) => address));
    });
  });
}

/** Of this process. */
export const hostAddresses = new HostAddresses();
