// The rules of Deployments and ReplicaSets, each with a change that breaks it; defaults, old versions, columns.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { created, type RuleRow, ruleTable, set, updateTable } from '../../../tests/support/rule-table.ts';
import type { V1Deployment, V1ReplicaSet } from '../generated/types.ts';
import { deployment } from './deployment.ts';
import { deploymentColumns } from './deployment-columns.ts';
import { legacyDeployments } from './legacy-deployment.ts';
import { replicaSet } from './replica-set.ts';

const valid: V1Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'app:1' }] },
    },
  },
};
const mismatch =
  'Invalid value: map[string]string{"app":"other"}: `selector` does not match template `labels`';
const rolling = 'spec.strategy.rollingUpdate';

const common: RuleRow<object>[] = [
  [
    'replicas are not negative',
    set('spec.replicas', -1),
    'spec.replicas',
    'Invalid',
    'Invalid value: -1: must be greater than or equal to 0',
  ],
  ['there is a selector', set('spec.selector', undefined), 'spec.selector', 'Required', 'Required value'],
  [
    'the selector is not empty',
    set('spec.selector', {}),
    'spec.selector',
    'Invalid',
    'Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment',
  ],
  [
    'the selector matches the template',
    set('spec.template.metadata.labels.app', 'other'),
    'spec.template.metadata.labels',
    'Invalid',
    mismatch,
  ],
  [
    'operators are known',
    set('spec.selector.matchExpressions', [{ key: 'a', operator: 'Is' }]),
    'spec.selector.matchExpressions[0].operator',
    'Invalid',
    'Invalid value: "Is": not a valid selector operator',
  ],
  [
    'In has values',
    set('spec.selector.matchExpressions', [{ key: 'a', operator: 'In' }]),
    'spec.selector.matchExpressions[0].values',
    'Required',
    "Required value: must be specified when `operator` is 'In' or 'NotIn'",
  ],
  [
    'the pods run for ever',
    set('spec.template.spec.restartPolicy', 'Never'),
    'spec.template.spec.restartPolicy',
    'NotSupported',
    'Unsupported value: "Never": supported values: "Always"',
  ],
  [
    'the template is checked',
    set('spec.template.spec.containers[0].image', ''),
    'spec.template.spec.containers[0].image',
    'Required',
    'Required value',
  ],
  [
    'a missing template has no containers',
    set('spec.template', undefined),
    'spec.template.spec.containers',
    'Required',
    'Required value',
  ],
];

ruleTable<V1Deployment>(deployment, valid, [
  ...common,
  [
    'strategies are known',
    set('spec.strategy', { type: 'X' }),
    'spec.strategy.type',
    'NotSupported',
    'Unsupported value: "X": supported values: "Recreate", "RollingUpdate"',
  ],
  [
    'Recreate rolls nothing',
    set('spec.strategy', { type: 'Recreate', rollingUpdate: {} }),
    rolling,
    'Forbidden',
    "Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ],
  [
    'a roll-out can move',
    set(rolling, { maxSurge: 0, maxUnavailable: '0%' }),
    `${rolling}.maxUnavailable`,
    'Invalid',
    'Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"0%"}: may not be 0 when `maxSurge` is 0',
  ],
  [
    'no more than all are unavailable',
    set(rolling, { maxUnavailable: '101%' }),
    `${rolling}.maxUnavailable`,
    'Invalid',
    'Invalid value: "101%": must not be greater than 100%',
  ],
  [
    'percentages are percentages',
    set(rolling, { maxSurge: 'half' }),
    `${rolling}.maxSurge`,
    'Invalid',
    `Invalid value: "half": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
  ],
  [
    'the deadline is after readiness',
    set('spec.minReadySeconds', 600),
    'spec.progressDeadlineSeconds',
    'Invalid',
    'Invalid value: 600: must be greater than minReadySeconds',
  ],
  [
    'history is not negative',
    set('spec.revisionHistoryLimit', -1),
    'spec.revisionHistoryLimit',
    'Invalid',
    'Invalid value: -1: must be greater than or equal to 0',
  ],
]);
ruleTable<V1ReplicaSet>(
  replicaSet,
  { ...valid, apiVersion: 'apps/v1', kind: 'ReplicaSet', status: undefined },
  common,
);

updateTable(deployment, valid, [
  [
    'the selector stays',
    set('spec.selector.matchLabels', { a: 'b' }),
    'spec.selector',
    'Invalid',
    'Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"a":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
  ],
]);

describe('defaults of a Deployment', () => {
  it('are those of apps/v1', () => {
    const { spec } = created(deployment, valid);
    assert.equal(spec.replicas, 1);
    assert.deepEqual(spec.strategy, {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    });
    assert.equal(spec.revisionHistoryLimit, 10);
    assert.equal(spec.progressDeadlineSeconds, 600);
    assert.equal(spec.template.spec?.restartPolicy, 'Always');
  });
});

describe('an old Deployment', () => {
  for (const kind of legacyDeployments) {
    it(`of ${kind.apiVersion} is stored as apps/v1 with its own defaults`, () => {
      const object = { ...structuredClone(valid), apiVersion: kind.apiVersion };
      const spec: Partial<V1Deployment['spec']> & { rollbackTo?: object } = object.spec;
      delete spec.selector;
      spec.rollbackTo = { revision: 1 };
      const stored = kind.stored?.to(object) as unknown as V1Deployment;
      assert.equal(stored.apiVersion, 'apps/v1');
      assert.deepEqual(stored.spec.selector, { matchLabels: { app: 'web' } });
      assert.equal('rollbackTo' in stored.spec, false);
      assert.equal(stored.spec.strategy?.rollingUpdate?.maxSurge, kind.group === 'extensions' ? 1 : '25%');
      assert.deepEqual(deployment.validate?.(stored), []);
      assert.equal(object.apiVersion, kind.apiVersion);
    });

    it(`of ${kind.apiVersion} names its successor`, () => {
      assert.match(
        kind.deprecation ?? '',
        /^\S+ Deployment is deprecated in v1\.\d\+, unavailable in v1\.16\+; use apps\/v1 Deployment$/,
      );
    });
  }
});

describe('the columns of a Deployment', () => {
  it('show counts, containers and the selector', () => {
    const object = {
      ...created(deployment, valid),
      status: { readyReplicas: 1, updatedReplicas: 1, availableReplicas: 0 },
    };
    object.metadata = { ...object.metadata, creationTimestamp: '2024-01-01T00:00:00Z' };
    const cells = deploymentColumns.map((column) => column.value(object, Date.parse('2024-01-01T00:05:10Z')));
    assert.deepEqual(cells, ['web', '1/1', 1, 0, '5m10s', 'app', 'app:1', 'app=web']);
  });
});
