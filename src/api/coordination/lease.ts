// coordination.k8s.io/v1 Lease.

import { ageColumn, nameColumn, text } from '../columns.ts';
import { type FieldError, invalid } from '../field-error.ts';
import { checkNonNegative } from '../field-rules.ts';
import type { V1Lease } from '../generated/types.ts';
import { declareKind } from '../kind.ts';

export const lease = declareKind<V1Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  schema: 'io.k8s.api.coordination.v1.Lease',
  generation: false,
  columns: [
    nameColumn,
    text('Holder', ({ spec }) => spec?.holderIdentity ?? '', 'The identity of the holder.'),
    ageColumn,
  ],
  validate: leaseErrors,
});

function leaseErrors({ spec }: V1Lease): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = spec?.leaseDurationSeconds;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  checkNonNegative(spec?.leaseTransitions, 'spec.leaseTransitions', errors);
  return errors;
}
