// Session tickets made and read with shared, rotated keys, so that a client goes on with its session on any worker, balancer and engine.
// Node's own interface knows one key only; OpenSSL's callback for several is an internal of Node's, and used in this file alone.

import { randomBytes } from 'node:crypto';
import type { SecureContext } from 'node:tls';

/** The 48 bytes of a key as HAProxy's `tls-ticket-keys` has them: 16 each of name, AES-128-CBC key and HMAC-SHA-256 key. */
interface TicketKey {
  readonly name: Buffer;
  readonly aes: Buffer;
  readonly mac: Buffer;
}

type TicketCallback = (
  name: Buffer,
  iv: Buffer,
  isMaking: boolean,
) => [verdict: number, mac: Buffer, aes: Buffer, name?: Buffer, iv?: Buffer];

interface NativeContext {
  setTicketKeys(keys: Buffer): void;
  enableTicketKeyCallback?(): void;
  onticketkeycallback?: TicketCallback;
}

/** What OpenSSL's callback says of a ticket: SSL_CTX_set_tlsext_ticket_key_evp_cb(3). `renew`: read, and replaced by a new one. */
const verdict = { unknown: 0, good: 1, renew: 2 };

/** Base64, 48 bytes each: the first makes tickets, all read them. Without any the context keeps the key that it made for itself. */
export function useTicketKeys(context: SecureContext, keys: readonly string[]): void {
  const [newest, ...older] = keys.map(parsed).filter((key) => key !== undefined);
  if (!newest) return;
  const native = context.context as NativeContext;
  // In the order of Node's one key; also what tickets are made with should the callback be gone from Node some day.
  native.setTicketKeys(Buffer.concat([newest.name, newest.mac, newest.aes]));
  if (!native.enableTicketKeyCallback) return;
  native.onticketkeycallback = (name, _iv, isMaking) => {
    if (isMaking) return [verdict.good, newest.mac, newest.aes, newest.name, randomBytes(16)];
    if (newest.name.equals(name)) return [verdict.good, newest.mac, newest.aes];
    const old = older.find((key) => key.name.equals(name));
    return old ? [verdict.renew, old.mac, old.aes] : [verdict.unknown, newest.mac, newest.aes];
  };
  native.enableTicketKeyCallback();
}

function parsed(key: string): TicketKey | undefined {
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 48) return undefined;
  return { name: bytes.subarray(0, 16), aes: bytes.subarray(16, 32), mac: bytes.subarray(32, 48) };
}
