// Writes what a name server answers, within the size that the asker can take. Pure.

import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  encode,
  encodingLength,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import type { Query, Refusal } from './query.ts';

/** What was found out for a question. */
export interface Outcome {
  readonly rcode: number;
  /** It comes from the server's own zones. */
  readonly authoritative?: boolean;
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly additionals?: readonly Answer[];
}

/** RFC 1035, for askers without EDNS. */
const plainUdpBytes = 512;
/** What no network fragments, and what is told to askers (DNS flag day 2020). */
const mostUdpBytes = 1_232;
export const mostTcpBytes = 65_535;
const badVersionRcode = 1;

/** In bytes. */
export function udpLimit({ udpSize = plainUdpBytes }: Query): number {
  return Math.min(Math.max(udpSize, plainUdpBytes), mostUdpBytes);
}

/**
 * At most `mostBytes` long, at least 512. What was only told along goes first; then answers from the end, and the asker is told that there
 * are more (TC), so that it asks again over TCP.
 */
export function writeResponse(query: Query, outcome: Outcome, mostBytes: number): Buffer {
  const { rcode, answers = [], authorities = [], additionals = [] } = outcome;
  const options = query.udpSize === undefined ? [] : [optionsRecord(0)];
  const bare: Packet = {
    type: 'response',
    id: query.id,
    flags: flagsOf(query, outcome) | rcode,
    questions: [query.question],
    authorities: [...authorities],
    additionals: options,
  };
  const told = fitting(answers, mostBytes - encodingLength(bare));
  if (told.length < answers.length) {
    return encode({ ...bare, answers: told, flags: (bare.flags ?? 0) | TRUNCATED_RESPONSE });
  }
  const along = fitting(additionals, mostBytes - encodingLength({ ...bare, answers: told }));
  return encode({ ...bare, answers: told, additionals: [...along, ...options] });
}

export function writeRefusal({ id, flags, rcode, badVersion }: Refusal): Buffer {
  const additionals = badVersion ? [optionsRecord(badVersionRcode)] : [];
  return encode({ type: 'response', id, flags: flags | RECURSION_AVAILABLE | rcode, additionals });
}

function flagsOf({ recursionDesired }: Query, { authoritative }: Outcome): number {
  return (
    RECURSION_AVAILABLE |
    (recursionDesired ? RECURSION_DESIRED : 0) |
    (authoritative ? AUTHORITATIVE_ANSWER : 0)
  );
}

const headerBytes = 12;

/** As many from the start as there is room for, in bytes. */
function fitting(records: readonly Answer[], room: number): Answer[] {
  let left = room;
  const first = records.findIndex((record) => {
    left -= encodingLength({ answers: [record] }) - headerBytes;
    return left < 0;
  });
  return first < 0 ? [...records] : records.slice(0, first);
}

function optionsRecord(extendedRcode: number): Answer {
  return {
    ...{ type: 'OPT', name: '.', udpPayloadSize: mostUdpBytes, ednsVersion: 0 },
    ...{ extendedRcode, flags: 0, flag_do: false, options: [] },
  };
}
