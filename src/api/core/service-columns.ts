// What `kubectl get services` shows.

import { ageColumn, formatLabels, nameColumn, text, wide } from '../columns.ts';
import type { V1Service, V1ServicePort } from '../generated/types.ts';
import type { Column } from '../kind.ts';

function joined(list: readonly string[] | undefined, otherwise: string): string {
  return list && list.length > 0 ? list.join(',') : otherwise;
}

function balancerAddresses(service: V1Service): string[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  const found = ingress.map((entry) => entry.ip || entry.hostname || '');
  return [...new Set(found.filter((address) => address !== ''))].sort();
}

function externalAddress(service: V1Service): string {
  const own = service.spec?.externalIPs ?? [];
  switch (service.spec?.type) {
    case 'ClusterIP':
    case 'NodePort':
      return joined(own, '<none>');
    case 'LoadBalancer':
      return joined([...balancerAddresses(service), ...own], '<pending>');
    case 'ExternalName':
      return service.spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function portText(port: V1ServicePort): string {
  const node = port.nodePort ? `:${port.nodePort}` : '';
  return `${port.port}${node}/${port.protocol ?? 'TCP'}`;
}

export const serviceColumns: Column<V1Service>[] = [
  nameColumn,
  text('Type', (service) => service.spec?.type ?? '', 'How the Service is exposed.'),
  text(
    'Cluster-IP',
    (service) => service.spec?.clusterIPs?.[0] || '<none>',
    'The address inside the cluster.',
  ),
  text('External-IP', externalAddress, 'The addresses outside the cluster.'),
  text(
    'Port(s)',
    (service) => joined(service.spec?.ports?.map(portText), '<none>'),
    'The ports that this service exposes.',
  ),
  ageColumn,
  wide(
    'Selector',
    (service) => formatLabels(service.spec?.selector),
    'The labels of the pods that traffic goes to.',
  ),
];
