// What went wrong with a connection, in the words that JMeter's users find in their results.

import type { HttpFailure } from './http-exchange.ts';

export const cut: HttpFailure = { name: 'java.net.SocketException', message: 'Socket closed', isCut: true };

export const readTimedOut: HttpFailure = {
  name: 'java.net.SocketTimeoutException',
  message: 'Read timed out',
};

export function connectTimedOut(authority: string): HttpFailure {
  return {
    name: 'org.apache.http.conn.ConnectTimeoutException',
    message: `Connect to ${authority} failed: connect timed out`,
  };
}

export function noResponse(authority: string): HttpFailure {
  return {
    name: 'org.apache.http.NoHttpResponseException',
    message: `${authority} failed to respond`,
  };
}

export function protocolFailure(message: string): HttpFailure {
  return { name: 'org.apache.http.client.ClientProtocolException', message };
}

export function uriFailure(message: string): HttpFailure {
  return { name: 'java.net.URISyntaxException', message };
}

/** By the code of Node's error, as Java names and words it on Linux. */
const known: Readonly<Record<string, HttpFailure>> = {
  ECONNREFUSED: { name: 'java.net.ConnectException', message: 'Connection refused' },
  ETIMEDOUT: { name: 'java.net.ConnectException', message: 'Connection timed out' },
  ENETUNREACH: { name: 'java.net.ConnectException', message: 'Network is unreachable' },
  EHOSTUNREACH: { name: 'java.net.NoRouteToHostException', message: 'No route to host' },
  EADDRNOTAVAIL: { name: 'java.net.NoRouteToHostException', message: 'Cannot assign requested address' },
  ECONNRESET: { name: 'java.net.SocketException', message: 'Connection reset' },
  EPIPE: { name: 'java.net.SocketException', message: 'Broken pipe' },
  EMFILE: { name: 'java.net.SocketException', message: 'Too many open files' },
  ENFILE: { name: 'java.net.SocketException', message: 'Too many open files' },
};

export function failureOf(error: Error & { readonly code?: string }, host: string): HttpFailure {
  const { code = '', message } = error;
  const plain = known[code];
  if (plain !== undefined) return plain;
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return unknownHost(host);
  if (isOfTls(code, message)) return { name: 'javax.net.ssl.SSLException', message };
  return { name: 'java.net.SocketException', message };
}

export function unknownHost(host: string): HttpFailure {
  return { name: 'java.net.UnknownHostException', message: `${host}: Name or service not known` };
}

/** OpenSSL's verdicts on certificates have codes of their own, such as DEPTH_ZERO_SELF_SIGNED_CERT. */
function isOfTls(code: string, message: string): boolean {
  return /^ERR_(SSL|TLS|OSSL)|CERT|UNABLE_TO|SIGNATURE|CRL/.test(code) || /\b(SSL|TLS)\b/.test(message);
}
