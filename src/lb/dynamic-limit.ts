// How many requests one server may have at once: HAProxy's maxconn, minconn and fullconn.

export interface ServerLimit {
  /** Undefined: no limit. */
  readonly maxconn?: number;
  /** The limit while little is going on; nothing without fullconn. */
  readonly minconn?: number;
  /** Requests in flight on the backend from which on the limit is maxconn. */
  readonly fullconn?: number;
}

/** Infinity for no limit. In between it grows with the load of the whole backend, so that a few requests do not all meet on one server. */
export function serverLimit(limit: ServerLimit, backendInFlight: number): number {
  const { maxconn = Number.POSITIVE_INFINITY, minconn, fullconn } = limit;
  if (!minconn || !fullconn || !Number.isFinite(maxconn) || backendInFlight >= fullconn) return maxconn;
  return Math.min(maxconn, Math.max(minconn, Math.floor((backendInFlight * maxconn) / fullconn)));
}
