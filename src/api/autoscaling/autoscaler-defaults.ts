// What a HorizontalPodAutoscaler means where it says nothing.

import type { V2HorizontalPodAutoscaler, V2HPAScalingRules } from '../generated/types.ts';

const scaleUp = (): V2HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
});

/** No window: the controller's own (300 s) applies. */
const scaleDown = (): V2HPAScalingRules => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
});

function rules(given: V2HPAScalingRules | undefined, defaults: V2HPAScalingRules): V2HPAScalingRules {
  if (!given) return defaults;
  given.selectPolicy ??= defaults.selectPolicy;
  given.policies ??= defaults.policies;
  if (defaults.stabilizationWindowSeconds !== undefined) {
    given.stabilizationWindowSeconds ??= defaults.stabilizationWindowSeconds;
  }
  return given;
}

export function autoscalerDefaults({ spec }: V2HorizontalPodAutoscaler): void {
  if (!spec) return;
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) {
    spec.metrics = [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ];
  }
  if (!spec.behavior) return;
  spec.behavior.scaleUp = rules(spec.behavior.scaleUp, scaleUp());
  spec.behavior.scaleDown = rules(spec.behavior.scaleDown, scaleDown());
}
