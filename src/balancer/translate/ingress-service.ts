// What an Ingress says of one Service's port, resolved. Pure.

import type { V1IngressBackend, V1Service, V1ServicePort } from '../../api/generated/types.ts';
import { keyFor } from '../../client/object-key.ts';
import { ingressBackendName, portKey } from './service.ts';
import { modeOfPort } from './service-mode.ts';

export interface ServiceLookup {
  /** By key. */
  service(key: string): V1Service | undefined;
  hasPolicy(key: string): boolean;
}

export type IngressTarget =
  | { readonly backend: string; readonly serviceKey: string; readonly port: string }
  | { readonly missing: string };

/** `namespace` is the Ingress's. */
export function targetOf(
  namespace: string,
  { service: wanted }: V1IngressBackend,
  lookup: ServiceLookup,
): IngressTarget {
  if (!wanted) return { missing: 'only Services can be backends here' };
  const key = keyFor(namespace, wanted.name);
  const service = lookup.service(key);
  if (!service) return { missing: `the Service "${wanted.name}" does not exist` };
  if (service.spec?.type === 'ExternalName') {
    return { missing: `the Service "${wanted.name}" is an external name, which has no servers` };
  }
  const port = portOf(service, wanted.port);
  if (!port) {
    const { name, number } = wanted.port ?? {};
    return { missing: `the Service "${wanted.name}" has no port ${name || number} of TCP` };
  }
  const mode = modeOfPort(port, lookup.hasPolicy(key));
  return { backend: ingressBackendName(key, port, mode), serviceKey: key, port: portKey(port) };
}

function portOf(
  { spec }: V1Service,
  { name, number }: { name?: string; number?: number } = {},
): V1ServicePort | undefined {
  return spec?.ports?.find(
    (port) => (port.protocol ?? 'TCP') === 'TCP' && (name ? port.name === name : port.port === number),
  );
}
