// Ranges of numbers from which some are handed out and some asked for by name: IPv4 addresses of a network, ports.

import { addressText, ipv4Range } from '../../api/ipv4-range.ts';

export interface NumberRange {
  /** Inclusive. */
  first: number;
  /** Inclusive; not below `first`. */
  last: number;
  /** How many of the lowest are handed out only when all others are taken: who chooses for himself chooses there (KEP-3070, KEP-3668). */
  lowBand: number;
  /** As it was given, for messages. */
  text: string;
}

/** An IPv4 network (`10.96.0.0/12`) without its first and its last address. Throws TypeError for anything else, and for one without addresses. */
export function networkRange(cidr: string): NumberRange {
  const range = ipv4Range(cidr);
  if (!range)
    throw new TypeError(
      `the service network ${JSON.stringify(cidr)} must be an IPv4 CIDR of at most 30 bits`,
    );
  const size = range.last - range.first + 3;
  return { ...range, lowBand: Math.min(Math.max(16, Math.floor(size / 16)), 256), text: cidr };
}

/** Ports from `first` to `last`, both inclusive. Throws TypeError when that is no range of ports. */
export function portRange(first: number, last: number): NumberRange {
  const isRange = Number.isInteger(first) && Number.isInteger(last) && first >= 1 && last <= 65_535;
  if (!isRange || last < first) throw new TypeError(`${first}-${last} is not a range of ports`);
  const lowBand = Math.min(Math.max(16, Math.floor((last - first + 1) / 32)), 128);
  return { first, last, lowBand, text: `${first}-${last}` };
}

export function isWithin({ first, last }: NumberRange, number: number): boolean {
  return number >= first && number <= last;
}

/** A free number, searched for from a random one on, in the low band last. Undefined: all are taken. */
export function pickFree(
  { first, last, lowBand }: NumberRange,
  isTaken: (number: number) => boolean,
  random: () => number,
): number | undefined {
  const start = first + lowBand;
  return (
    pickFrom(start, last, isTaken, random) ?? pickFrom(first, Math.min(start - 1, last), isTaken, random)
  );
}

function pickFrom(
  first: number,
  last: number,
  isTaken: (number: number) => boolean,
  random: () => number,
): number | undefined {
  const size = last - first + 1;
  const offset = Math.floor(random() * size);
  for (let i = 0; i < size; i++) {
    const number = first + ((offset + i) % size);
    if (!isTaken(number)) return number;
  }
  return undefined;
}

/** The address of the Service `kubernetes`: the first of the service network, as in Kubernetes. */
export function apiServiceIp(serviceNetwork: string): string {
  return addressText(networkRange(serviceNetwork).first);
}
