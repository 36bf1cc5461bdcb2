// core/v1 Endpoints: the older form of EndpointSlice, kept for clients that still read it.

import { ageColumn, listWithMore, nameColumn, text } from '../columns.ts';
import { endpointsErrors } from '../discovery/endpoint-rules.ts';
import type { V1EndpointSubset, V1Endpoints } from '../generated/types.ts';
import { hostAndPort } from '../host-and-port.ts';
import { declareKind } from '../kind.ts';

function subsetTexts({ addresses = [], ports = [] }: V1EndpointSubset): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) => addresses.map(({ ip }) => hostAndPort(ip, port)));
}

function endpointsText(object: V1Endpoints): string {
  const subsets = object.subsets ?? [];
  return subsets.length === 0 ? '<none>' : listWithMore(subsets.flatMap(subsetTexts), 3);
}

export const endpoints = declareKind<V1Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Endpoints',
  columns: [nameColumn, text('Endpoints', endpointsText, 'The addresses that traffic goes to.'), ageColumn],
  generation: false,
  defaults(object) {
    for (const subset of object.subsets ?? []) {
      for (const port of subset.ports ?? []) port.protocol ??= 'TCP';
    }
  },
  validate: endpointsErrors,
});
