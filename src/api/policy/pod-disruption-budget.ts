// policy/v1 PodDisruptionBudget.

import { ageColumn, integer, nameColumn, text } from '../columns.ts';
import type { V1PodDisruptionBudget } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { disruptionBudgetErrors, disruptionStatusErrors } from './disruption-budget-rules.ts';

function orNone(value: number | string | undefined): string {
  return value === undefined ? 'N/A' : String(value);
}

export const podDisruptionBudget = declareKind<V1PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  schema: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  generation: true,
  subresources: { status: true },
  columns: [
    nameColumn,
    text(
      'Min Available',
      ({ spec }) => orNone(spec?.minAvailable),
      'The minimum number of pods that must be available.',
    ),
    text(
      'Max Unavailable',
      ({ spec }) => orNone(spec?.maxUnavailable),
      'The maximum number of pods that may be unavailable.',
    ),
    integer(
      'Allowed Disruptions',
      ({ status }) => status?.disruptionsAllowed ?? 0,
      'Calculated number of pods that may be disrupted at this time.',
    ),
    ageColumn,
  ],
  prepareCreate(object) {
    object.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
  validate: disruptionBudgetErrors,
  validateStatusUpdate: disruptionStatusErrors,
});
