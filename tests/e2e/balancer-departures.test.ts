// Pods that go while users are served lose nobody anything, with either engine: rolling updates, scale-downs, a drained node; the kubelet waits for
// the balancers' word before it tells a pod to end, but not for ever. RELEVO_ROUNDS sets the number of rollouts and of scale-downs; RELEVO_SEED
// repeats which they are.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import { type EngineName, engineNames } from '../../src/lb/engine.ts';
import { BalancedCluster, podOf } from '../support/balanced/balanced-cluster.ts';
import { webDeployment, webService } from '../support/balanced/manifests.ts';
import { recorded, underLoad } from '../support/balanced/under-load.ts';
import { eventually } from '../support/eventually.ts';
import { ask, keepAlive } from '../support/lb/user.ts';

const rounds = Number(process.env.RELEVO_ROUNDS ?? 5);
const seed = Number(process.env.RELEVO_SEED ?? Date.now() % 2 ** 31);

/** How the Deployment replaces its pods. */
const strategies = [
  { maxSurge: 1, maxUnavailable: 0 },
  { maxSurge: 0, maxUnavailable: 1 },
  { maxSurge: '100%', maxUnavailable: '50%' },
];
const strategy = fc.constantFrom(...strategies);
const sizes = fc.record({ many: fc.integer({ min: 3, max: 5 }), few: fc.integer({ min: 1, max: 2 }) });
const sampled = <T>(of: fc.Arbitrary<T>) => fc.sample(of, { seed, numRuns: rounds });

for (const engine of engineNames) departures(engine);

function departures(engine: EngineName): void {
  suite(`departures with the engine ${engine} (${rounds} rounds, RELEVO_SEED=${seed})`, () => {
    const cluster = new BalancedCluster();
    let port = 0;
    let slow = 0;
    before(async () => {
      await cluster.start(engine);
      await cluster.applyObjects(
        ...[webDeployment({ name: 'web', replicas: 3 }), webService('web')],
        ...[webDeployment({ name: 'slow', replicas: 1, graceSeconds: 30 }), webService('slow')],
      );
      await Promise.all([cluster.settled('app=web', 3), cluster.settled('app=slow', 1)]);
      port = await cluster.nodePort('web');
      slow = await cluster.nodePort('slow');
    });
    after(() => cluster.delete());

    test('rollouts fail no request, and every pod goes with the word of the balancer', async () => {
      await underLoad(port, async () => {
        for (const [round, rollingUpdate] of sampled(strategy).entries()) {
          const before = new Set((await cluster.settled('app=web', 3)).map(({ uid }) => uid));
          await cluster.applyObjects(
            webDeployment({
              ...{ name: 'web', replicas: 3, version: `${round + 2}` },
              more: { strategy: { rollingUpdate } },
            }),
          );
          await eventually(async () => {
            const now = await cluster.settled('app=web', 3);
            return now.every(({ uid }) => !before.has(uid));
          }, 30_000);
        }
      });
      assert.deepEqual(await cluster.events('DepartureNotAcknowledged'), []);
    });

    test('scale-downs fail no request', async () => {
      await underLoad(port, async () => {
        for (const { many, few } of sampled(sizes)) {
          await cluster.kubectl('scale', 'deployment/web', `--replicas=${many}`);
          await cluster.settled('app=web', many);
          await cluster.kubectl('scale', 'deployment/web', `--replicas=${few}`);
          await cluster.settled('app=web', few);
        }
      });
      assert.deepEqual(await cluster.events('DepartureNotAcknowledged'), []);
    });

    test('a drained node fails no request', async () => {
      await cluster.kubectl('scale', 'deployment/web', '--replicas=3');
      const [first] = await cluster.settled('app=web', 3);
      const node = String(first?.node);
      await underLoad(port, async () => {
        await cluster.kubectl('drain', node, '--ignore-daemonsets', '--force', '--timeout=40s');
        await cluster.settled('app=web', 3);
      });
      assert.ok((await cluster.pods('app=web')).every((pod) => pod.node !== node));
      await cluster.kubectl('uncordon', node);
    });

    test('a pod is told to end after the balancer has said that nothing is under way to it, not before', async (t) => {
      const [pod] = await cluster.settled('app=slow', 1);
      assert.ok(pod);
      const words = cluster.home.startKubectl(
        'default',
        ...['get', 'balancer', 'relevo', '--watch'],
        ...['-o', 'jsonpath={.metadata.resourceVersion} [{.status.departures[*].uid}]{"\\n"}'],
      );
      t.after(() => words.process.kill());
      await words.says(/\[/);
      let isAnswered = false;
      const answer = ask(slow, { path: '/slow?ms=4000' }).finally(() => {
        isAnswered = true;
      });
      await cluster.inFlight('default/slow:http', 1);
      await cluster.kubectl('delete', 'pod', pod.name, '--wait=false');
      await cluster.backend('default/slow:http', ({ servers }) => stateOf(servers, pod.uid) === 'departing');
      const marked = await cluster.kubectl(
        ...['annotate', 'service/slow', 'marked=now', '-o', 'jsonpath={.metadata.resourceVersion}'],
      );
      assert.ok(!isAnswered, 'the answer came too early to tell anything');
      assert.equal(podOf(await answer), pod.name);
      const [, acknowledged] = await words.says(new RegExp(`^(\\d+) \\[.*${pod.uid}`, 'm'));
      const killed = await eventually(() => killingOf(pod.name), 20_000);
      assert.deepEqual(inOrder([Number(marked), Number(acknowledged), killed]), true);
    });

    async function killingOf(pod: string): Promise<number | undefined> {
      const selector = `reason=Killing,involvedObject.name=${pod}`;
      const path = 'jsonpath={.items[0].metadata.resourceVersion}';
      const revision = await cluster.kubectl('get', 'events', '--field-selector', selector, '-o', path);
      return revision === '' ? undefined : Number(revision);
    }

    test('a request that does not end holds nobody up', async (t) => {
      const [pod] = await cluster.settled('app=slow', 1);
      assert.ok(pod);
      const endless = { path: '/slow?ms=600000', agent: keepAlive(t), timeoutMs: 600_000 };
      const request = ask(slow, endless).catch(() => {});
      await cluster.inFlight('default/slow:http', 1);
      // Waits for it to be gone.
      await cluster.kubectl('delete', 'pod', pod.name, '--grace-period=4', '--timeout=40s');
      endless.agent.destroy();
      await request;
    });

    test('a balancer that stands still holds nobody up, and its engine still loses no request', async () => {
      const pods = await cluster.settled('app=web', 3);
      const frozen = await cluster.pidOf('balancer');
      await underLoad(port, async () => {
        process.kill(frozen, 'SIGSTOP');
        try {
          await cluster.kubectl('delete', 'pod', String(pods[0]?.name), '--timeout=30s');
        } finally {
          process.kill(frozen, 'SIGCONT');
        }
        await cluster.settled('app=web', 3);
      });
    });

    test('a replica killed with -9 takes with it at most what it was answering', async () => {
      const [victim] = await cluster.settled('app=web', 3);
      assert.ok(victim);
      await cluster.active('default/web:http', 3);
      // One that must not be repeated.
      const asked = { method: 'POST', path: '/slow?ms=100' };
      let goneAt = 0;
      const { failed, sent } = await recorded({ port, asked }, async (load) => {
        await eventually(() => load.sent > 50);
        await cluster.killProgram(victim.uid);
        goneAt = performance.now();
        await eventually(() => load.sent > 150);
      });
      const late = failed.filter(({ beganAt }) => beganAt > goneAt);
      assert.deepEqual(late, [], `of ${sent}`);
      const { mostInFlight } = await cluster.serverStats('default/web:http', victim.uid);
      assert.ok(failed.length <= mostInFlight, `${JSON.stringify(failed)}, of at most ${mostInFlight}`);
    });
  });
}

function stateOf(servers: readonly { id: string; state: string }[], uid: string): string | undefined {
  return servers.find(({ id }) => id === uid)?.state;
}

function inOrder(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > Number(numbers[index - 1]));
}
