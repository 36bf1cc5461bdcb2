// Whether a port of a Service is balanced by request or by connection. Pure.

import type { V1ServicePort } from '../../api/generated/types.ts';
import type { Mode } from '../../lb/model.ts';

/** HTTP/1 in plain text. All others, TLS and HTTP/2 among them, are passed through as they are. */
const httpProtocols = new Set(['http', 'http1', 'http/1.1', 'kubernetes.io/ws']);

/**
 * `http` where the port's appProtocol says so; without one where the Service has a BackendPolicy or the port is called `http` or `http-…`.
 * All else is `tcp`, so that whatever TCP carries works: the number of a port, 80 included, says nothing.
 */
export function modeOfPort({ appProtocol, name }: V1ServicePort, hasPolicy: boolean): Mode {
  if (appProtocol) return httpProtocols.has(appProtocol.toLowerCase()) ? 'http' : 'tcp';
  return hasPolicy || name === 'http' || name?.startsWith('http-') ? 'http' : 'tcp';
}
