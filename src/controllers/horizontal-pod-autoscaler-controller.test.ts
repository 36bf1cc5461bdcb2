import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ControllerWorld } from '../../tests/support/controller-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { makePod, meta } from '../../tests/support/objects.ts';
import type { V1PodDisruptionBudget } from '../api/generated/types.ts';
import type { AnyObject } from '../api/object.ts';
import {
  deployments,
  horizontalPodAutoscalers,
  podDisruptionBudgets,
  pods,
  replicaSets,
  resourceOf,
} from '../client/resources.ts';
import type { Transport, TransportRequest } from '../client/transport.ts';
import { createHorizontalPodAutoscalerController } from './horizontal-pod-autoscaler-controller.ts';
import { createPodDisruptionBudgetController } from './poddisruptionbudget-controller.ts';

let world: ControllerWorld;
let usage: string | undefined;

const metrics = resourceOf<AnyObject>('metrics.k8s.io', 'v1beta1', 'PodMetrics', 'pods', true);

/** The fake API has no scale and no metrics: this stands in for them. */
function standIn(request: TransportRequest): unknown {
  const { method, path, body } = request;
  if (path.endsWith('/web/scale')) {
    const deployment = world.api.find('apps/deployments', 'default/web') as AnyObject;
    const replicas = method === 'PUT' ? (body as AnyObject).spec.replicas : deployment.spec.replicas;
    if (method === 'PUT') {
      const next = { ...deployment, spec: { ...deployment.spec, replicas } };
      void world.api.request({ method, path: path.replace('/scale', ''), body: next });
    }
    return { metadata: deployment.metadata, spec: { replicas }, status: { replicas, selector: 'app=web' } };
  }
  if (!path.startsWith('/apis/metrics.k8s.io') || !path.endsWith('/pods')) return undefined;
  const names = usage === undefined ? [] : ['web-1', 'web-2'];
  const timestamp = new Date().toISOString();
  const items = names.map((name) => {
    const containers = [{ name: 'app', usage: { cpu: usage, memory: '1Mi' } }];
    return { metadata: { name, namespace: 'default' }, timestamp, window: '10s', containers };
  });
  return { metadata: {}, items };
}

beforeEach(() => {
  world = new ControllerWorld();
  world.serve(pods, deployments, replicaSets, metrics);
  const { api } = world;
  const served: Transport['request'] = api.request.bind(api);
  api.request = async (request) => {
    const body = standIn(request);
    return body ? { status: 200, headers: {}, body } : served(request);
  };
});

afterEach(() => world.close());

async function addWorkload(replicas: number): Promise<void> {
  const spec = { replicas, selector: { matchLabels: { app: 'web' } }, template: {} };
  await world.client.resource(deployments).create({ metadata: meta('web'), spec } as never);
  for (const name of ['web-1', 'web-2']) {
    const pod = makePod(name, { labels: { app: 'web' }, requests: { cpu: '100m' } });
    const created = await world.client.resource(pods).create(pod);
    const startTime = '2026-01-01T00:00:00Z';
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: startTime }];
    await world.client
      .resource(pods)
      .updateStatus({ ...created, status: { phase: 'Running', startTime, conditions } });
  }
}

async function addAutoscaler(minReplicas: number, maxReplicas: number): Promise<void> {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } };
  const spec = { scaleTargetRef, minReplicas, maxReplicas, metrics: [{ type: 'Resource', resource }] };
  await world.client.resource(horizontalPodAutoscalers).create({ metadata: meta('web'), spec });
}

function replicasOf(): number {
  return world.api.find('apps/deployments', 'default/web')?.spec.replicas;
}

function statusOf(): AnyObject['status'] {
  return world.api.find('autoscaling/horizontalpodautoscalers', 'default/web')?.status;
}

function conditionReason(type: string): string | undefined {
  return statusOf()?.conditions?.find((condition: { type: string }) => condition.type === type)?.reason;
}

test('an autoscaler follows the load up and says why', async () => {
  usage = '100m';
  await addWorkload(2);
  await addAutoscaler(1, 10);
  world.start(createHorizontalPodAutoscalerController(world.context, { intervalMs: 20 }));
  await eventually(() => replicasOf() === 4);
  await eventually(() => world.eventReasons.includes('SuccessfulRescale'));
  const event = world.api.all('events').find(({ reason }) => reason === 'SuccessfulRescale');
  assert.equal(
    event?.message,
    'New size: 4; reason: cpu resource utilization (percentage of request) above target',
  );
  await eventually(() => statusOf()?.currentMetrics?.[0]?.resource?.current?.averageUtilization === 100);
  assert.equal(conditionReason('ScalingActive'), 'ValidMetricFound');
});

test('an autoscaler keeps to its bounds without metrics, and says that it has none', async () => {
  usage = undefined;
  await addWorkload(2);
  await addAutoscaler(3, 10);
  world.start(createHorizontalPodAutoscalerController(world.context, { intervalMs: 20 }));
  await eventually(() => replicasOf() === 3);
  await eventually(() => conditionReason('ScalingActive') === 'FailedGetResourceMetric');
  assert.equal(replicasOf(), 3);
  await eventually(() => world.eventReasons.includes('FailedGetResourceMetric'));
});

test('a disruption budget counts what its pods and their controller are', async () => {
  await addWorkload(2);
  const selector = { matchLabels: { app: 'web' } };
  await world.client
    .resource(podDisruptionBudgets)
    .create({ metadata: meta('web'), spec: { selector, minAvailable: 1 } });
  world.start(createPodDisruptionBudgetController(world.context));
  const status = () =>
    world.api.find('policy/poddisruptionbudgets', 'default/web')?.status as V1PodDisruptionBudget['status'];
  await eventually(() => status()?.disruptionsAllowed === 1);
  assert.deepEqual([status()?.currentHealthy, status()?.desiredHealthy, status()?.expectedPods], [2, 1, 2]);
  await world.client.resource(pods, 'default').delete('web-1');
  await eventually(() => status()?.disruptionsAllowed === 0);
  assert.equal(status()?.conditions?.[0]?.reason, 'InsufficientPods');
});
