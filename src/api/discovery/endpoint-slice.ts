// discovery.k8s.io/v1 EndpointSlice.

import { ageColumn, listWithMore, nameColumn, text } from '../columns.ts';
import type { V1EndpointSlice } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { addressTypeChangeErrors, endpointSliceErrors } from './endpoint-rules.ts';

const shownEntries = 3;

function ports({ ports = [] }: V1EndpointSlice): string {
  if (ports.length === 0) return '<unset>';
  const list = ports.map(({ port, name }) => (port === undefined ? name || '*' : String(port)));
  return listWithMore(list, shownEntries);
}

function addresses(object: V1EndpointSlice): string {
  const endpoints = object.endpoints ?? [];
  if (endpoints.length === 0) return '<unset>';
  return listWithMore(
    endpoints.flatMap((endpoint) => endpoint.addresses),
    shownEntries,
  );
}

export const endpointSlice = declareKind<V1EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  schema: 'io.k8s.api.discovery.v1.EndpointSlice',
  columns: [
    nameColumn,
    text('AddressType', (object) => object.addressType, 'The type of address carried by this EndpointSlice.'),
    text('Ports', ports, 'The ports of all endpoints in this slice.'),
    text('Endpoints', addresses, 'The addresses of the endpoints.'),
    ageColumn,
  ],
  generation: true,
  defaults(object) {
    for (const port of object.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  validate: endpointSliceErrors,
  validateUpdate: addressTypeChangeErrors,
});
