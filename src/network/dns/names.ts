// The syntax of names as they are asked for: without a final dot, in lower case unless said otherwise. Pure.

import { isIPv4 } from '../../api/ip-address.ts';

const label = /^[\x21-\x2d\x2f-\x7e]{1,63}$/;
const longestName = 253;

/**
 * Whether it comes out of an encoder as it went in: no label empty or too long, none with bytes that a text cannot carry. The root is
 * plain, too.
 */
export function isPlainName(name: string): boolean {
  return name === '.' || (name.length <= longestName && name.split('.').every((one) => label.test(one)));
}

/** For comparing names: these do not tell upper case from lower. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Whether a name is `zone` or below it. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Above the names that stand for IPv4 addresses. */
export const reverseZone = 'in-addr.arpa';

/** The address that such a name stands for; undefined for any other name. */
export function addressInReverse(name: string): string | undefined {
  if (!name.endsWith(`.${reverseZone}`)) return undefined;
  const address = name
    .slice(0, -reverseZone.length - 1)
    .split('.')
    .reverse()
    .join('.');
  return isIPv4(address) ? address : undefined;
}
