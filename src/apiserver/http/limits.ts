// What a client may cost the HTTPS carrier: sizes and times, with their defaults.

export interface HttpLimits {
  /** Largest request body; above it 413. Kubernetes' own: 3 MiB. */
  bodyBytes: number;
  /** Largest request line and headers; above it 431. */
  headerBytes: number;
  /** How long a TLS handshake may take. */
  handshakeTimeoutMs: number;
  /** How long the request line and the headers may take. */
  headersTimeoutMs: number;
  /** How long a whole request, with its body, may take. At least headersTimeoutMs. */
  requestTimeoutMs: number;
  /** How long a connection may idle between requests; Kubernetes' 90 s, so that clients' pools do not run into closed ones. */
  idleTimeoutMs: number;
  /** How long a client may stop reading a large answer. */
  stallTimeoutMs: number;
  /** Requests waiting on one connection for the answers before them. */
  pipelinedRequests: number;
  /** Answers above it are compressed for clients that ask for it; Kubernetes' 128 KiB. */
  gzipAboveBytes: number;
  /** Unread events at which a watcher is cut off, beyond what it was sent when it began. */
  watchBacklogBytes: number;
  /** How long a kubelet may take to accept a connection, TLS included. */
  kubeletConnectTimeoutMs: number;
  /** How long close() waits for requests in flight. */
  closeGraceMs: number;
}

const defaults: HttpLimits = {
  bodyBytes: 3 * 1024 * 1024,
  headerBytes: 64 * 1024,
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 90_000,
  stallTimeoutMs: 60_000,
  pipelinedRequests: 100,
  gzipAboveBytes: 128 * 1024,
  watchBacklogBytes: 16 * 1024 * 1024,
  kubeletConnectTimeoutMs: 5_000,
  closeGraceMs: 5_000,
};

export function resolveHttpLimits(given: Partial<HttpLimits> = {}): Readonly<HttpLimits> {
  return Object.freeze({ ...defaults, ...given });
}
