// How a client reaches an API server: over HTTPS, or by a call in the same process. Controllers, scheduler and kubelets know only this.

import type { WatchEvent } from '../api/object.ts';

export interface TransportRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute and already encoded, without a query: `/api/v1/namespaces/default/pods`. */
  path: string;
  /** Undefined values are left out. */
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  /** A JSON value, or text that is sent as it is. The transport copies it: it stays the caller's. */
  body?: unknown;
  /** Default `application/json`. */
  contentType?: string;
  signal?: AbortSignal;
}

export interface TransportResponse {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON, or the text where the answer is not JSON. Shared and immutable. */
  body: unknown;
}

export interface WatchStream {
  /** Resolves when the stream ended in an orderly way (server time-out or close()), rejects when the connection broke. */
  readonly done: Promise<void>;
  /** Idempotent. No event is delivered after it. */
  close(): void;
}

export interface Transport {
  /** Any HTTP status is an answer; rejects only when none came (refused, reset, timed out, aborted). */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Resolves once the server accepted the watch; rejects with the StatusError it answered otherwise. Events arrive in order. */
  watch(request: TransportRequest, onEvent: (event: WatchEvent) => void): Promise<WatchStream>;
  /** Idempotent; ends open watches. */
  close(): Promise<void>;
}
