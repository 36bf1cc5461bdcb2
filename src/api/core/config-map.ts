// core/v1 ConfigMap.

import { ageColumn, nameColumn, text } from '../columns.ts';
import type { V1ConfigMap } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { configMapChangeErrors, configMapErrors } from './data-rules.ts';

function size(map: object | undefined): number {
  return map ? Object.keys(map).length : 0;
}

export const configMap = declareKind<V1ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ConfigMap',
  columns: [
    nameColumn,
    text('Data', (object) => size(object.data) + size(object.binaryData), 'The number of entries.'),
    ageColumn,
  ],
  validate: configMapErrors,
  validateUpdate: configMapChangeErrors,
});
