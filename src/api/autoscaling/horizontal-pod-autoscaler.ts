// autoscaling/v2 HorizontalPodAutoscaler.

import type { V2HorizontalPodAutoscaler } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { autoscalerDefaults } from './autoscaler-defaults.ts';
import { autoscalerErrors } from './autoscaler-rules.ts';
import { autoscalerColumns } from './metric-columns.ts';

export const horizontalPodAutoscaler = declareKind<V2HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  subresources: { status: true },
  columns: autoscalerColumns,
  generation: false,
  prepareCreate(object) {
    delete object.status;
  },
  defaults: autoscalerDefaults,
  validate: autoscalerErrors,
});
