// core/v1 Pod.

import type { FieldError } from '../field-error.ts';
import type { V1Pod } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { podColumns } from './pod-columns.ts';
import { podSpecDefaults } from './pod-defaults.ts';
import { podFields } from './pod-fields.ts';
import { podSpecErrors } from './pod-template.ts';
import { podStatusErrors, podUpdateErrors } from './pod-update.ts';
import { podSpecWarnings } from './pod-warnings.ts';
import { qosClass } from './qos-class.ts';

export const pod = declareKind<V1Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Pod',
  subresources: { status: true },
  columns: podColumns,
  fields: podFields,
  prepareCreate(object) {
    object.spec ??= { containers: [] };
    object.status = { phase: 'Pending' };
  },
  defaults(object) {
    object.spec ??= { containers: [] };
    podSpecDefaults(object.spec);
    object.spec.enableServiceLinks ??= true;
    object.status ??= {};
    object.status.phase ||= 'Pending';
    object.status.qosClass ||= qosClass(object.spec);
  },
  validate(object) {
    const errors: FieldError[] = [];
    podSpecErrors(object.spec, 'spec', errors);
    return errors;
  },
  validateUpdate: podUpdateErrors,
  validateStatusUpdate: podStatusErrors,
  warnings: (object, old) => podSpecWarnings(object.spec, 'spec', old?.spec),
});
