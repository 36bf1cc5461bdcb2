// core/v1 Node.

import { type FieldError, invalid } from '../field-error.ts';
import type { V1Node } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { nodeColumns } from './node-columns.ts';
import { taintsErrors } from './scheduling-rules.ts';

export const node = declareKind<V1Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  schema: 'io.k8s.api.core.v1.Node',
  subresources: { status: true },
  columns: nodeColumns,
  fields: { 'spec.unschedulable': (object) => String(object.spec?.unschedulable ?? false) },
  defaults(object) {
    object.spec ??= {};
    const status = object.status;
    if (status?.capacity) status.allocatable ??= { ...status.capacity };
  },
  validate({ spec }) {
    const errors: FieldError[] = [];
    taintsErrors(spec?.taints, 'spec.taints', errors);
    return errors;
  },
  validateUpdate: ({ spec }, old) =>
    // Set once, by whoever knows: then other parts rely on it.
    old.spec?.providerID && spec?.providerID !== old.spec.providerID
      ? [invalid('spec.providerID', spec?.providerID ?? '', 'field is immutable')]
      : [],
});
