import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePod, meta } from '../../../tests/support/objects.ts';
import type {
  V1Deployment,
  V1DeploymentSpec,
  V1DeploymentStatus,
  V1Pod,
  V1ReplicaSet,
} from '../../api/generated/types.ts';
import { labelSelectorFromMap } from '../../api/selectors.ts';
import { expectedPrimaries } from './expected-primaries.ts';

const web = { app: 'web' };
const spare = { app: 'web', tier: 'backup' };
const done = {
  observedGeneration: 1,
  conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
};
const rolling = {
  observedGeneration: 1,
  conditions: [{ type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' }],
};

interface Shape {
  readonly replicas?: number;
  readonly labels?: Record<string, string>;
  readonly status?: V1DeploymentStatus;
  readonly strategy?: V1DeploymentSpec['strategy'];
}

function deployment({ replicas, labels = web, status = done, strategy }: Shape): V1Deployment {
  const template = { metadata: { labels }, spec: { containers: [] } };
  const spec = {
    selector: {},
    template,
    ...(replicas === undefined ? {} : { replicas }),
    ...(strategy ? { strategy } : {}),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta('web', { generation: 1 }),
    spec,
    status,
  };
}

function replicaSet(replicas: number, owner?: string): V1ReplicaSet {
  const references = {
    ownerReferences: [{ apiVersion: 'apps/v1', kind: owner ?? '', name: 'web', uid: 'u', controller: true }],
  };
  const metadata = meta('web-1', owner ? references : {});
  const spec = { replicas, selector: {}, template: { metadata: { labels: web }, spec: { containers: [] } } };
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec };
}

interface World {
  readonly deployments?: V1Deployment[];
  readonly replicaSets?: V1ReplicaSet[];
  readonly pods?: V1Pod[];
}

function expected({ deployments = [], replicaSets = [], pods = [] }: World): number {
  const backups = labelSelectorFromMap({ tier: 'backup' });
  return expectedPrimaries({ deployments, replicaSets, pods }, labelSelectorFromMap(web), backups);
}

const percent = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } };
const table: [what: string, world: World, expected: number][] = [
  ['nothing', {}, 0],
  ['a Deployment, whatever pods it has', { deployments: [deployment({ replicas: 3 })] }, 3],
  ['a Deployment that says no number', { deployments: [deployment({})] }, 1],
  ['a Deployment of others', { deployments: [deployment({ replicas: 3, labels: { app: 'api' } })] }, 0],
  ['a Deployment of backups', { deployments: [deployment({ replicas: 3, labels: spare })] }, 0],
  ['two Deployments', { deployments: [deployment({ replicas: 3 }), deployment({ replicas: 1 })] }, 4],
  [
    'a rollout that may take a quarter',
    { deployments: [deployment({ replicas: 9, status: rolling, strategy: percent })] },
    7,
  ],
  [
    'a rollout that may take two',
    {
      deployments: [
        deployment({ replicas: 3, status: rolling, strategy: { rollingUpdate: { maxUnavailable: 2 } } }),
      ],
    },
    1,
  ],
  [
    'a rollout that takes all',
    { deployments: [deployment({ replicas: 3, status: rolling, strategy: { type: 'Recreate' } })] },
    0,
  ],
  [
    'a rollout that has not begun',
    {
      deployments: [
        deployment({ replicas: 4, status: { ...done, observedGeneration: 0 }, strategy: percent }),
      ],
    },
    3,
  ],
  [
    'a rollout that is told by numbers',
    {
      deployments: [
        deployment({ replicas: 4, status: { observedGeneration: 1, updatedReplicas: 3 }, strategy: percent }),
      ],
    },
    3,
  ],
  [
    'no rollout, told by numbers',
    {
      deployments: [
        deployment({ replicas: 4, status: { observedGeneration: 1, updatedReplicas: 4, replicas: 4 } }),
      ],
    },
    4,
  ],
  ['a ReplicaSet', { replicaSets: [replicaSet(2)] }, 2],
  ['the ReplicaSet of a Deployment', { replicaSets: [replicaSet(2, 'Deployment')] }, 0],
  ['pods of nobody', { pods: [makePod('a', { labels: web }), makePod('b', { labels: web })] }, 2],
  ['pods of ReplicaSets', { pods: [makePod('a', { labels: web, owner: 'web-1' })] }, 0],
  [
    'pods that are to go',
    { pods: [makePod('a', { labels: web, deletionTimestamp: '2030-01-01T00:00:00Z' })] },
    0,
  ],
];
for (const [what, world, count] of table) {
  test(`${what}: ${count}`, () => assert.equal(expected(world), count));
}
