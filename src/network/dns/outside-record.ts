// What somebody outside says of a name, as a record that can be sent on. It may be anything: what an encoder would garble is left out.

import type { Answer } from 'dns-packet';
import { isIPv4, isIPv6 } from '../../api/ip-address.ts';
import type { OutsideData, OutsideType } from '../../base/outside-names.ts';
import { isPlainName } from './names.ts';

const longestTextBytes = 255;

/** `ttl` in seconds. Undefined: it cannot be sent on, or is none of that type. */
export function outsideRecord(
  name: string,
  type: OutsideType,
  ttl: number,
  data: OutsideData,
): Answer | undefined {
  const common = { name, ttl };
  if (typeof data === 'string') return isTextual(type, data) ? { ...common, type, data } : undefined;
  if (isTexts(data)) {
    const fits = type === 'TXT' && data.every((text) => Buffer.byteLength(text) <= longestTextBytes);
    return fits ? { ...common, type, data: [...data] } : undefined;
  }
  if ('exchange' in data)
    return type === 'MX' && isPlainName(data.exchange || '.') ? { ...common, type, data } : undefined;
  return type === 'SRV' && isPlainName(data.target || '.') ? { ...common, type, data } : undefined;
}

const textual = ['A', 'AAAA', 'CNAME', 'NS', 'PTR'] as const;
type Textual = (typeof textual)[number];

function isTextual(type: OutsideType, data: string): type is Textual {
  if (type === 'A') return isIPv4(data);
  if (type === 'AAAA') return isIPv6(data);
  return (textual as readonly string[]).includes(type) && isPlainName(data);
}

function isTexts(data: OutsideData): data is readonly string[] {
  return Array.isArray(data);
}
