// What `kubectl get ingress` shows.

import { ageColumn, nameColumn, text } from '../columns.ts';
import type { V1Ingress } from '../generated/types.ts';
import type { Column } from '../kind.ts';

const maxHosts = 3;

function hosts(ingress: V1Ingress): string {
  const rules = ingress.spec?.rules ?? [];
  const named = rules.flatMap((rule) => (rule.host ? [rule.host] : []));
  if (named.length === 0) return '*';
  const head = named.slice(0, maxHosts).join(',');
  return named.length > maxHosts ? `${head} + ${rules.length - maxHosts} more...` : head;
}

function addresses(ingress: V1Ingress): string {
  const entries = ingress.status?.loadBalancer?.ingress ?? [];
  const found = entries.map((entry) => entry.ip || entry.hostname || '').filter((address) => address !== '');
  return [...new Set(found)].sort().join(',');
}

export const ingressColumns: Column<V1Ingress>[] = [
  nameColumn,
  text(
    'Class',
    (ingress) => ingress.spec?.ingressClassName ?? '<none>',
    'The name of the IngressClass resource that should be used for additional configuration',
  ),
  text('Hosts', hosts, 'Hosts that incoming requests are matched against before the ingress rule'),
  text('Address', addresses, 'Address is a list containing ingress points for the load-balancer'),
  text(
    'Ports',
    (ingress) => (ingress.spec?.tls?.length ? '80, 443' : '80'),
    'Ports of TLS configurations that open',
  ),
  ageColumn,
];
