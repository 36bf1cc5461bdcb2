// A cluster may begin in another service network than it ended in: its range of addresses was taken, or its nodes are connected in another
// way now. Services that kept an address of the old one would answer nobody.

import { isIPv4 } from '../../api/ip-address.ts';
import { addressNumber, addressText } from '../../api/ipv4-range.ts';
import type { AnyObject } from '../../api/object.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { Store } from '../../store/store.ts';
import { isWithin, networkRange, pickFree } from '../admission/number-range.ts';

/** Resolves when every Service has an address of the network `cidr`, durably. What is within keeps its own. To be called before anybody is served. */
export async function moveServices(store: Store, cidr: string, random: () => number): Promise<void> {
  const range = networkRange(cidr);
  const isInside = (address: string) => isWithin(range, addressNumber(address));
  const all = store.list('services/').items;
  const addresses = all.map(({ value }) => clusterIpOf(value)).filter((address) => address !== undefined);
  // The first is the API's own Service's.
  const taken = new Set([range.first, ...addresses.filter(isInside).map(addressNumber)]);
  const strays = all.filter(({ value }) => {
    const address = clusterIpOf(value);
    return address !== undefined && !isInside(address);
  });
  await Promise.all(
    strays.map(({ key }) => {
      const number = pickFree(range, (one) => taken.has(one), random);
      if (number === undefined) return undefined;
      taken.add(number);
      return moveTo(store, key, addressText(number));
    }),
  );
}

async function moveTo(store: Store, key: string, address: string): Promise<void> {
  await store.write(key, (current) => {
    if (!current) return { op: 'none' };
    const value = jsonClone(current.value);
    value.spec = { ...value.spec, clusterIP: address, clusterIPs: [address] };
    return { op: 'put', value };
  });
}

function clusterIpOf(service: AnyObject): string | undefined {
  const address = service.spec?.clusterIP;
  return isIPv4(address) ? address : undefined;
}
