// The rules of HorizontalPodAutoscalers, PodDisruptionBudgets and Leases, each with a change that breaks it; v1 and back.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { created, ruleTable, set } from '../../../tests/support/rule-table.ts';
import { lease } from '../coordination/lease.ts';
import type { V1HorizontalPodAutoscaler, V2HorizontalPodAutoscaler } from '../generated/types.ts';
import { podDisruptionBudget } from '../policy/pod-disruption-budget.ts';
import { autoscalerFromV2, autoscalerToV2 } from './autoscaler-conversion.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import { metricsText } from './metric-columns.ts';

const metadata = { name: 'a', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' };
const valid: V2HorizontalPodAutoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata,
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 },
};
const metric = 'spec.metrics[0]';
const cpu = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
};

ruleTable(horizontalPodAutoscaler, valid, [
  [
    'at least one replica',
    set('spec.minReplicas', 0),
    'spec.minReplicas',
    'Invalid',
    'Invalid value: 0: must be greater than or equal to 1',
  ],
  [
    'the greatest number is positive',
    set('spec.maxReplicas', 0),
    'spec.maxReplicas',
    'Invalid',
    'Invalid value: 0: must be greater than 0',
  ],
  [
    'the bounds are in order',
    set('spec.minReplicas', 4),
    'spec.maxReplicas',
    'Invalid',
    'Invalid value: 3: must be greater than or equal to `minReplicas`',
  ],
  [
    'there is a target',
    set('spec.scaleTargetRef', undefined),
    'spec.scaleTargetRef.name',
    'Required',
    'Required value',
  ],
  [
    'types of metrics are known',
    set('spec.metrics', [{ type: 'X' }]),
    `${metric}.type`,
    'NotSupported',
    'Unsupported value: "X": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
  ],
  [
    'a metric has its source',
    set('spec.metrics', [{ type: 'Resource' }]),
    `${metric}.resource`,
    'Required',
    'Required value: must populate information for the given metric source',
  ],
  [
    'a target has a value',
    set('spec.metrics', [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }]),
    `${metric}.resource.target.averageUtilization`,
    'Required',
    'Required value: must set either a target raw value or a target utilization',
  ],
  [
    'a target is positive',
    set('spec.metrics', [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 0 } } },
    ]),
    `${metric}.resource.target.averageUtilization`,
    'Invalid',
    'Invalid value: 0: must be greater than 0',
  ],
  [
    'windows end',
    set('spec.behavior', { scaleUp: { stabilizationWindowSeconds: 3601 } }),
    'spec.behavior.scaleUp.stabilizationWindowSeconds',
    'Invalid',
    'Invalid value: 3601: must be less than or equal to 3600',
  ],
]);

const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { minAvailable: 1 } };
ruleTable(podDisruptionBudget, budget, [
  [
    'a budget says one thing',
    set('spec.maxUnavailable', 1),
    'spec',
    'Invalid',
    'Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set',
  ],
  [
    'counts are not negative',
    set('spec.minAvailable', -1),
    'spec.minAvailable',
    'Invalid',
    'Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'no more than all',
    set('spec.minAvailable', '200%'),
    'spec.minAvailable',
    'Invalid',
    'Invalid value: "200%": must not be greater than 100%',
  ],
]);

ruleTable(lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: {} }, [
  [
    'a lease lasts',
    set('spec.leaseDurationSeconds', 0),
    'spec.leaseDurationSeconds',
    'Invalid',
    'Invalid value: 0: must be greater than 0',
  ],
  [
    'transitions count up',
    set('spec.leaseTransitions', -1),
    'spec.leaseTransitions',
    'Invalid',
    'Invalid value: -1: must be greater than or equal to 0',
  ],
]);

describe('an autoscaler as v1', () => {
  const full = created(horizontalPodAutoscaler, {
    ...valid,
    metadata: { ...metadata, annotations: { mine: 'x' } },
    spec: {
      ...valid.spec,
      metrics: [
        cpu,
        {
          type: 'Resource',
          resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
        },
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: 'a',
            target: { type: 'Utilization', averageUtilization: 1 },
          },
        },
        {
          type: 'Pods',
          pods: {
            metric: { name: 'm', selector: { matchLabels: { a: 'b' } } },
            target: { type: 'AverageValue', averageValue: '1' },
          },
        },
        {
          type: 'Object',
          object: {
            describedObject: { kind: 'K', name: 'n' },
            metric: { name: 'm' },
            target: { type: 'Value', value: '2' },
          },
        },
        {
          type: 'Object',
          object: {
            describedObject: { kind: 'K', name: 'n' },
            metric: { name: 'm' },
            target: { type: 'AverageValue', averageValue: '2' },
          },
        },
        { type: 'External', external: { metric: { name: 'm' }, target: { type: 'Value', value: '3' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    },
  });

  it('shows the cpu target, and loses nothing on the way back', () => {
    const v1 = autoscalerFromV2(structuredClone(full) as never);
    assert.equal(v1.spec.targetCPUUtilizationPercentage, 50);
    assert.deepEqual(autoscalerToV2(v1), full);
  });

  it('has a target of 80 % when it names none', () => {
    const v2 = autoscalerToV2({ ...valid, apiVersion: 'autoscaling/v1' } as V1HorizontalPodAutoscaler);
    assert.equal(v2.spec.metrics?.[0]?.resource?.target.averageUtilization, 80);
  });
});

describe('the targets of an autoscaler', () => {
  it('are shown with what is known', () => {
    assert.equal(metricsText([cpu], undefined), 'cpu: <unknown>/50%');
    const current = [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 7 } } }];
    assert.equal(metricsText([cpu], current), 'cpu: 7%/50%');
    assert.equal(metricsText([cpu, cpu, cpu], current), 'cpu: 7%/50%, cpu: <unknown>/50% + 1 more...');
  });
});
