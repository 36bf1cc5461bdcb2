// Which headers pass between a client and a kubelet. The caller's credentials end here: the kubelet knows the API server only.

import { isImpersonationHeader } from '../auth/impersonation.ts';

/** Headers of one connection (RFC 9110, section 7.6.1), and those that this server says itself. */
const ownHeaders = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['host', 'expect', 'authorization', 'proxy-authorization', 'cookie'],
]);

/** The flat list without what must not pass: those above, impersonation, and what Connection names. */
export function passedHeaders(rawHeaders: readonly string[], connection: string | undefined): string[] {
  const named = new Set((connection ?? '').split(',').map((token) => token.trim().toLowerCase()));
  const passed: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    const lower = name.toLowerCase();
    if (ownHeaders.has(lower) || named.has(lower) || isImpersonationHeader(lower)) continue;
    passed.push(name, rawHeaders[at + 1] as string);
  }
  return passed;
}
