// Reads what comes in at a name server. Whatever it is, it is a query, something to be refused, or nothing.

import { type Answer, type DecodedPacket, decode, type OptAnswer, type Question } from 'dns-packet';
import { isPlainName } from './names.ts';

export interface Query {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** As asked, upper and lower case included: it is sent back so. */
  readonly question: Required<Question>;
  /** The longest answer that its sender takes in a datagram; undefined: it knows nothing of EDNS (RFC 6891), and takes 512 bytes. */
  readonly udpSize?: number;
}

/** What is said to a message that is no query: as much of its header as an answer repeats, and the reason. */
export interface Refusal {
  readonly id: number;
  /** Opcode and RD. */
  readonly flags: number;
  readonly rcode: number;
  /** A version of EDNS that nobody knows here. */
  readonly badVersion?: boolean;
}

export const rcodes = {
  ok: 0,
  formatError: 1,
  serverFailure: 2,
  noSuchName: 3,
  notImplemented: 4,
  refused: 5,
};

const headerBytes = 12;
const responseFlag = 0x8000;
const opcodeMask = 0x7800;
const recursionDesiredFlag = 0x0100;
/** EDNS, and a signature. */
const mostAdditionals = 2;

/** Undefined: it deserves no answer, since it is none or an answer itself. Never throws. */
export function readQuery(message: Buffer): Query | Refusal | undefined {
  if (message.length < headerBytes) return undefined;
  const flags = message.readUInt16BE(2);
  if (flags & responseFlag) return undefined;
  const refusal = { id: message.readUInt16BE(0), flags: flags & (opcodeMask | recursionDesiredFlag) };
  if (flags & opcodeMask) return { ...refusal, rcode: rcodes.notImplemented };
  const packet = hasCountsOfQuery(message) ? decoded(message) : undefined;
  const query = packet && queryIn(packet);
  if (!query) return { ...refusal, rcode: rcodes.formatError };
  if (query === 'bad version') return { ...refusal, rcode: rcodes.ok, badVersion: true };
  return query;
}

/** The decoder makes room for as many records as the header promises, before it has seen one. */
function hasCountsOfQuery(message: Buffer): boolean {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  return questions === 1 && answers === 0 && authorities === 0 && (additionals ?? 0) <= mostAdditionals;
}

function decoded(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

function queryIn({
  id = 0,
  questions = [],
  additionals = [],
  ...flags
}: DecodedPacket): Query | 'bad version' | undefined {
  const [question] = questions;
  const options = additionals.filter(isOptions);
  if (!question || !isPlainName(question.name) || options.length > 1) return undefined;
  if ((options[0]?.ednsVersion ?? 0) > 0) return 'bad version';
  const { name, type, class: family = 'IN' } = question;
  const udpSize = options[0]?.udpPayloadSize;
  return { id, recursionDesired: flags.flag_rd, question: { name, type, class: family }, udpSize };
}

function isOptions(record: Answer): record is OptAnswer {
  return record.type === 'OPT';
}
