// The PROXY protocol, versions 1 and 2: a proxy in front of us says before anything else whose connection it is.
// https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt

import { isIPv4, isIPv6 } from 'node:net';
import type { Malformed } from './heads.ts';

export interface ProxyHeader {
  /** The bytes of the header: what follows is the client's. */
  readonly length: number;
  /** Undefined for LOCAL, UNKNOWN and what is not TCP: the connection is the proxy's own, and its address counts. */
  readonly source?: Endpoint;
  readonly destination?: Endpoint;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const signature1 = Buffer.from('PROXY ');
const signature2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const fixedLength2 = 16;
/** Section 2.1: the longest line of version 1 that there can be, with CRLF. */
const longest1 = 107;
/** Addresses take 216 bytes at most; what follows are TLVs, certificates' names among them. */
const longest2 = 4_096;

/** `buffer`: all that has come so far. Anything that does not begin as a PROXY header is malformed. */
export function readProxyHeader(buffer: Buffer): ProxyHeader | 'incomplete' | Malformed {
  if (begins(buffer, signature1)) return readVersion1(buffer);
  return begins(buffer, signature2) ? readVersion2(buffer) : malformed('no PROXY header');
}

/** Whether the buffer is, as far as it goes, what the signature says. */
function begins(buffer: Buffer, signature: Buffer): boolean {
  const length = Math.min(buffer.length, signature.length);
  return buffer.compare(signature, 0, length, 0, length) === 0;
}

function readVersion1(buffer: Buffer): ProxyHeader | 'incomplete' | Malformed {
  const text = buffer.toString('latin1', 0, Math.min(buffer.length, longest1));
  const end = text.indexOf('\r\n');
  if (end < 0) return text.length < longest1 ? 'incomplete' : malformed('a PROXY line that is too long');
  const length = end + 2;
  if (/^PROXY UNKNOWN(?: [ -~]*)?$/.test(text.slice(0, end))) return { length };
  const words = text.slice(0, end).split(' ');
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = ''] = words;
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined;
  if (isAddress === undefined || words.length !== 6) return malformed('invalid PROXY line');
  if (!isAddress(source) || !isAddress(destination)) return malformed('invalid address in the PROXY line');
  if (!isPort(sourcePort) || !isPort(destinationPort)) return malformed('invalid port in the PROXY line');
  return {
    length,
    source: { address: source, port: Number(sourcePort) },
    destination: { address: destination, port: Number(destinationPort) },
  };
}

/** Section 2.1: decimal, without leading zeros. */
function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

function readVersion2(buffer: Buffer): ProxyHeader | 'incomplete' | Malformed {
  const versionAndCommand = buffer[signature2.length];
  if (versionAndCommand === undefined) return 'incomplete';
  if (versionAndCommand !== 0x20 && versionAndCommand !== 0x21)
    return malformed('unknown PROXY version or command');
  if (buffer.length < fixedLength2) return 'incomplete';
  const rest = buffer.readUInt16BE(14);
  if (rest > longest2) return malformed('a PROXY header that is too long');
  const length = fixedLength2 + rest;
  if (buffer.length < length) return 'incomplete';
  // 0x20 is LOCAL: the proxy's own connection, whatever addresses follow (section 2.2).
  return versionAndCommand === 0x20 ? { length } : readAddresses(buffer, length);
}

function readAddresses(buffer: Buffer, length: number): ProxyHeader | Malformed {
  const transport = buffer[13] as number;
  // Of what is not TCP over IP the receiver ignores the addresses (section 2.2).
  if (transport !== 0x11 && transport !== 0x21) return { length };
  const size = transport === 0x11 ? 4 : 16;
  if (length < fixedLength2 + 2 * size + 4) return malformed('a PROXY header without its addresses');
  const textAt = (at: number) => addressText(buffer.subarray(at, at + size));
  const ports = fixedLength2 + 2 * size;
  return {
    length,
    source: { address: textAt(fixedLength2), port: buffer.readUInt16BE(ports) },
    destination: { address: textAt(fixedLength2 + size), port: buffer.readUInt16BE(ports + 2) },
  };
}

/** IPv6 as RFC 5952 writes it. */
function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  const full = groups.join(':');
  const zeros = [...full.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map((match) => match[0]);
  const longest = zeros.reduce((most, run) => (groupsOf(run) > groupsOf(most) ? run : most), '');
  if (longest === '') return full;
  const at = full.indexOf(longest);
  const [before, after] = [full.slice(0, at), full.slice(at + longest.length)];
  return `${before}::${after.replace(/^:/, '')}`;
}

function groupsOf(run: string): number {
  return run.split(':').filter((group) => group !== '').length;
}

function malformed(reason: string): Malformed {
  return { status: 400, reason };
}
