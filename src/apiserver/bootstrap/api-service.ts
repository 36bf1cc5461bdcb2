// The Service `kubernetes` in `default`, through which pods reach the API, with its Endpoints and EndpointSlice. It has no selector:
// what it points at is written by the API server itself. Kept of what users change: labels, annotations and what else
// Kubernetes does not set back.

import { endpoints } from '../../api/core/endpoints.ts';
import { service } from '../../api/core/service.ts';
import { endpointSlice } from '../../api/discovery/endpoint-slice.ts';
import type { AnyObject } from '../../api/object.ts';
import type { OwnObject } from './ensure-object.ts';

export interface ApiAddress {
  /** The cluster IP of the Service: the first of the service network (apiServiceIp). */
  serviceIp: string;
  /** Where the API listens, as seen by the nodes: an IP address. */
  host: string;
  port: number;
}

const place = { namespace: 'default', name: 'kubernetes' };
const servicePort = 443;

export function apiServiceObjects({ serviceIp, host, port }: ApiAddress): OwnObject[] {
  const name = 'https';
  return [
    {
      ...{ ...place, kind: service, reconcile: reconcileService },
      labels: { component: 'apiserver', provider: 'kubernetes' },
      fields: { spec: { clusterIP: serviceIp, ports: [{ name, port: servicePort, targetPort: port }] } },
    },
    {
      ...{ ...place, kind: endpoints, reconcile: reconcileEndpoints },
      // The slice is written here, too: nobody is to make one of the Endpoints.
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
      fields: { subsets: [{ addresses: [{ ip: host }], ports: [{ name, port }] }] },
    },
    {
      ...{ ...place, kind: endpointSlice, reconcile: reconcileEndpoints },
      labels: { 'kubernetes.io/service-name': place.name },
      fields: {
        addressType: host.includes(':') ? 'IPv6' : 'IPv4',
        endpoints: [{ addresses: [host], conditions: { ready: true } }],
        ports: [{ name, port }],
      },
    },
  ];
}

function reconcileService(stored: AnyObject, wanted: AnyObject): void {
  const isSameType = stored.spec?.type === wanted.spec.type;
  const { clusterIP, clusterIPs, ports } = wanted.spec;
  stored.spec = isSameType ? { ...stored.spec, clusterIP, clusterIPs, ports } : wanted.spec;
}

function reconcileEndpoints(stored: AnyObject, wanted: AnyObject): void {
  const { apiVersion, kind, metadata, ...fields } = wanted;
  stored.metadata.labels = { ...stored.metadata.labels, ...metadata.labels };
  Object.assign(stored, fields);
}
