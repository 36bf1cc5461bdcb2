// autoscaling/v1 HorizontalPodAutoscaler: the cpu target as one number. Stored as v2; what v1 has no field for travels in
// annotations, as Kubernetes does it, so that reading and writing v1 loses nothing.

import { ageColumn, integer, nameColumn, text } from '../columns.ts';
import type { V1HorizontalPodAutoscaler } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { autoscalerFromV2, autoscalerToV2 } from './autoscaler-conversion.ts';
import { metricsText } from './metric-columns.ts';

export const horizontalPodAutoscalerV1 = declareKind<V1HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  subresources: { status: true },
  generation: false,
  columns: [
    nameColumn,
    text('Reference', ({ spec }) => `${spec?.scaleTargetRef.kind}/${spec?.scaleTargetRef.name}`),
    text('Targets', (object) => {
      const { spec, status } = autoscalerToV2(object);
      return metricsText(spec?.metrics, status?.currentMetrics);
    }),
    text('MinPods', ({ spec }) => (spec?.minReplicas == null ? '<unset>' : String(spec.minReplicas))),
    integer('MaxPods', ({ spec }) => spec?.maxReplicas ?? 0),
    integer('Replicas', ({ status }) => status?.currentReplicas ?? 0),
    ageColumn,
  ],
  prepareCreate(object) {
    delete object.status;
  },
  // The default target of 80 % is a matter of the conversion: only that sees the annotations.
  defaults({ spec }) {
    if (spec) spec.minReplicas ??= 1;
  },
  stored: {
    version: 'v2',
    to: (object) => autoscalerToV2(object),
    from: (object) => autoscalerFromV2(object),
  },
});
