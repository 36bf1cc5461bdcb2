// A request and an answer as the API server's core sees them, whatever carried them: HTTPS or a call in the same process.

import type { AnyObject, WatchEventType } from '../api/object.ts';
import type { ClientCertificate } from './auth/client-certificate.ts';
import type { User } from './auth/user.ts';

export interface ApiRequest {
  method: string;
  /** The raw path, still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  /** By lower-case name; several values are joined with `, `. */
  header(name: string): string | undefined;
  /** All headers whose lower-case name begins so, one entry for each time a header was sent (impersonation groups). */
  headerValues(prefix: string): Iterable<[name: string, value: string]>;
  /** Reads the body once; rejects with a StatusError when it is too large or broken off. */
  body(): Promise<RequestBody>;
  /** Set by a carrier that knows who calls (in-process); otherwise credentials are examined. */
  user?: User;
  /** Common name and organizations of a client certificate that TLS verified. */
  clientCertificate?: ClientCertificate;
  /** A client certificate was shown that does not hold: without other credentials this is a 401, never an anonymous request. */
  clientCertificateRefused?: boolean;
  /** Aborted when the caller went away. */
  signal: AbortSignal;
}

export type RequestBody =
  | { kind: 'none' }
  | { kind: 'text'; text: string }
  | { kind: 'bytes'; bytes: Uint8Array }
  /** Already parsed and private to the receiver: it may be changed. */
  | { kind: 'value'; value: unknown };

/** Content that can be had as text (for the wire) or as a value (in process), whichever is cheaper at hand. */
export interface Payload {
  text(): string | string[];
  value(): unknown;
}

export interface WatchSink {
  event(type: WatchEventType, payload: Payload): void;
  /** The server is done (time-out, or the history was lost); nothing follows. */
  end(): void;
}

export type ApiResponse =
  | {
      kind: 'payload';
      status: number;
      payload: Payload;
      contentType?: string;
      headers?: Record<string, string>;
    }
  | {
      kind: 'watch';
      start(sink: WatchSink): () => void;
      headers?: Record<string, string>;
      contentType?: string;
    }
  | { kind: 'proxy'; target: ProxyTarget };

/** A request that is carried on to a kubelet: logs, exec, attach, port-forward. */
export interface ProxyTarget {
  /** The kubelet's name or address; an IPv6 one without brackets. */
  host: string;
  port: number;
  path: string;
  /** Without the question mark; '' for none. */
  query: string;
  /** The caller asked not to check the kubelet's certificate (logs only). */
  insecureSkipTlsVerify?: boolean;
  /** What is reached, for the message when it cannot be: `pod default/web on node node-1`. */
  subject?: string;
}

export function valuePayload(value: unknown): Payload {
  return { text: () => JSON.stringify(value), value: () => value };
}

export function textPayload(text: string): Payload {
  return { text: () => text, value: () => text };
}

export function jsonResponse(status: number, value: unknown, headers?: Record<string, string>): ApiResponse {
  return { kind: 'payload', status, payload: valuePayload(value), headers };
}

export function textResponse(
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): ApiResponse {
  return { kind: 'payload', status, payload: textPayload(text), contentType };
}

/** An object with its text if that is known already. */
export function objectPayload(value: AnyObject, json?: string): Payload {
  return { text: () => json ?? JSON.stringify(value), value: () => value };
}
