// Whatever is done to a Deployment, and whatever breaks meanwhile: in the end the world is as it wants.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ControllerHarness } from '../../tests/support/controller-harness.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { deployments, pods } from '../client/resources.ts';
import { createDeploymentController } from './deployment-controller.ts';
import { createReplicaSetController } from './replicaset-controller.ts';

const runs = Number(process.env.CONVERGENCE_RUNS ?? 8);

type Step =
  | { op: 'scale'; replicas: number }
  | { op: 'image'; image: string }
  | { op: 'pause'; paused: boolean }
  | { op: 'strategy'; type: string }
  | { op: 'kill' | 'unlabel' | 'break' | 'compact' | 'refuse' | 'turn' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ op: fc.constant('scale' as const), replicas: fc.nat(12) }),
  fc.record({ op: fc.constant('image' as const), image: fc.constantFrom('v1', 'v2', 'v3') }),
  fc.record({ op: fc.constant('pause' as const), paused: fc.boolean() }),
  fc.record({ op: fc.constant('strategy' as const), type: fc.constantFrom('Recreate', 'RollingUpdate') }),
  fc.record({
    op: fc.constantFrom(
      'kill' as const,
      'unlabel' as const,
      'break' as const,
      'compact' as const,
      'refuse' as const,
      'turn' as const,
    ),
  }),
);

function draft() {
  return {
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate' },
      progressDeadlineSeconds: 600,
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'v1' }] } },
    },
  };
}

async function take(step: Step, world: ControllerHarness): Promise<void> {
  const web = world.client.resource(deployments, 'shop');
  const shopPods = world.client.resource(pods, 'shop');
  const [victim] = world.api.all('pods');
  switch (step.op) {
    case 'scale':
      await web.patch('web', { spec: { replicas: step.replicas } });
      break;
    case 'image':
      await web.patch('web', {
        spec: { template: { spec: { containers: [{ name: 'c', image: step.image }] } } },
      });
      break;
    case 'pause':
      await web.patch('web', { spec: { paused: step.paused } });
      break;
    case 'strategy':
      await web.patch('web', { spec: { strategy: { type: step.type } } });
      break;
    case 'kill':
      if (victim) await shopPods.delete(victim.metadata.name);
      break;
    case 'unlabel':
      if (victim) await shopPods.patch(victim.metadata.name, { metadata: { labels: { app: null } } });
      break;
    case 'break':
      world.api.breakWatches();
      break;
    case 'compact':
      world.api.compact();
      world.api.breakWatches();
      break;
    case 'refuse':
      refuseFor(world, 5);
      break;
    case 'turn':
      await new Promise((resolve) => setTimeout(resolve, 12));
  }
}

/** The next requests find nobody at home. */
function refuseFor(world: ControllerHarness, requests: number): void {
  let left = requests;
  world.api.intercept = ({ headers }) => {
    // Only the controllers' own: the test's must get through.
    if (headers?.['user-agent'] === 'controllers' && left-- > 0) throw new Error('connection refused');
  };
}

function settled(world: ControllerHarness): boolean {
  const web = world.api.find('apps/deployments', 'shop/web');
  const [container] = web?.spec.template.spec.containers ?? [];
  const mine = world.api.all('pods').filter(({ metadata }) => metadata.labels?.app === 'web');
  assert.equal(mine.length, web?.spec.replicas);
  assert.ok(mine.every(({ spec }) => spec.containers[0].image === container.image));
  assert.ok(mine.every(({ metadata }) => metadata.ownerReferences?.length === 1));
  assert.equal(web?.status?.availableReplicas ?? 0, web?.spec.replicas);
  assert.equal(web?.status?.observedGeneration, web?.metadata.generation);
  const active = world.api.all('apps/replicasets').filter(({ spec }) => spec.replicas > 0);
  assert.ok(active.length <= 1);
  return true;
}

test('a deployment converges after any steps and any failures', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const world = new ControllerHarness(t);
      await world.start(createDeploymentController, createReplicaSetController);
      const web = world.client.resource(deployments, 'shop');
      await web.create(draft());
      for (const each of steps) await take(each, world);
      await web.patch('web', { spec: { paused: false } });
      await eventually(() => settled(world), 10_000);
      await world.close();
    }),
    { numRuns: runs, endOnFailure: true },
  );
});
