// The downward API: what a pod may be told about itself. Pure.

import type { V1Container, V1Pod, V1ResourceFieldSelector } from '../../api/generated/types.ts';
import { parseQuantity } from '../../api/quantity.ts';

/** What only the node knows of a pod. */
export interface PodPlace {
  nodeName: string;
  hostIps: readonly string[];
  podIps: readonly string[];
  /** What a container may use that has no limit. */
  allocatable: Readonly<Record<string, string>>;
}

const subscript = /^metadata\.(labels|annotations)\['([^']+)'\]$/;

/** The value of a field path as env variables may name it; undefined for one that does not exist. */
export function podField(pod: V1Pod, path: string, place: PodPlace): string | undefined {
  const { metadata, spec } = pod;
  const [, map, key = ''] = subscript.exec(path) ?? [];
  if (map === 'labels') return metadata.labels?.[key] ?? '';
  if (map === 'annotations') return metadata.annotations?.[key] ?? '';
  const fields: Record<string, string | undefined> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'metadata.uid': metadata.uid,
    'spec.nodeName': place.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName ?? 'default',
    'status.hostIP': place.hostIps[0] ?? '',
    'status.hostIPs': place.hostIps.join(','),
    'status.podIP': place.podIps[0] ?? '',
    'status.podIPs': place.podIps.join(','),
  };
  return Object.hasOwn(fields, path) ? fields[path] : undefined;
}

/** A limit or request of a container in units of the divisor, rounded up; undefined for a resource that does not exist. */
export function resourceField(
  container: V1Container,
  { resource, divisor }: V1ResourceFieldSelector,
  place: PodPlace,
): string | undefined {
  const [kind, name = ''] = [
    resource.slice(0, resource.indexOf('.')),
    resource.slice(resource.indexOf('.') + 1),
  ];
  if (kind !== 'limits' && kind !== 'requests') return undefined;
  const own = container.resources?.[kind]?.[name];
  const amount = own ?? (kind === 'limits' ? (place.allocatable[name] ?? '0') : '0');
  const unit = parseQuantity(divisor && divisor !== '0' ? divisor : '1').nanos;
  return String((parseQuantity(amount).nanos + unit - 1n) / unit);
}
