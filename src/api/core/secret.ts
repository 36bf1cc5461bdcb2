// core/v1 Secret.

import { ageColumn, nameColumn, text } from '../columns.ts';
import type { V1Secret } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { secretChangeErrors, secretErrors } from './data-rules.ts';

export const secret = declareKind<V1Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Secret',
  columns: [
    nameColumn,
    text('Type', (object) => object.type ?? '', 'Used to facilitate programmatic handling of secret data.'),
    text('Data', (object) => Object.keys(object.data ?? {}).length, 'The number of entries.'),
    ageColumn,
  ],
  fields: { type: (object) => object.type ?? '' },
  defaults(object) {
    object.type ||= 'Opaque';
    mergeStringData(object);
  },
  validate: secretErrors,
  validateUpdate: secretChangeErrors,
});

/** stringData is for writing only: it is stored as base64 in data, where it wins over an entry of the same key. */
function mergeStringData(object: V1Secret): void {
  if (!object.stringData) return;
  const data: Record<string, string> = { ...object.data };
  for (const [key, value] of Object.entries(object.stringData)) data[key] = base64(value);
  object.data = data;
  delete object.stringData;
}

function base64(value: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(value)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
