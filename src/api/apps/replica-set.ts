// apps/v1 ReplicaSet.

import { podSpecWarnings } from '../core/pod-warnings.ts';
import type { FieldError } from '../field-error.ts';
import type { V1ReplicaSet } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { replicaSetColumns } from './deployment-columns.ts';
import { templateDefaults } from './deployment-defaults.ts';
import { selectorChangeErrors, workloadErrors } from './workload-rules.ts';

export const replicaSet = declareKind<V1ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.ReplicaSet',
  generation: true,
  subresources: {
    status: true,
    scale: {
      specReplicas: '.spec.replicas',
      statusReplicas: '.status.replicas',
      labelSelector: '.spec.selector',
    },
  },
  columns: replicaSetColumns,
  fields: { 'status.replicas': (object) => String(object.status?.replicas ?? 0) },
  prepareCreate(object) {
    object.status = { replicas: 0 };
  },
  defaults(object) {
    object.spec ??= {} as V1ReplicaSet['spec'];
    object.spec.replicas ??= 1;
    templateDefaults(object.spec);
  },
  validate({ spec }) {
    const errors: FieldError[] = [];
    workloadErrors(spec ?? {}, 'ReplicaSet', errors);
    return errors;
  },
  validateUpdate: (object, old) => selectorChangeErrors(object.spec, old.spec),
  warnings: (object, old) =>
    podSpecWarnings(object.spec?.template?.spec, 'spec.template.spec', old?.spec?.template?.spec),
});
