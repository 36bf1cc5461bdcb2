// Users are served whatever dies behind the balancer, and wait while it dies itself: the control plane, the engine, the balancer, all of them at
// once; and nobody notices that the configuration changes all the time. With either engine. RELEVO_ROUNDS sets the number of changes; RELEVO_SEED
// repeats which they are.

import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { type EngineName, engineNames } from '../../src/lb/engine.ts';
import { BalancedCluster, killed } from '../support/balanced/balanced-cluster.ts';
import { backendPolicy, webDeployment, webService } from '../support/balanced/manifests.ts';
import { recorded, underLoad } from '../support/balanced/under-load.ts';
import { eventually } from '../support/eventually.ts';
import type { SteadyLoad } from '../support/lb/steady-load.ts';
import { ask } from '../support/lb/user.ts';

const rounds = Number(process.env.RELEVO_ROUNDS ?? 5);
const seed = Number(process.env.RELEVO_SEED ?? Date.now() % 2 ** 31);
/** A minute of changes with --soak, whose rounds are 50. */
const changes = Math.min(60, 2 * rounds);
const everyMs = 1_000;

const change = fc.oneof(
  fc.record({
    kind: fc.constant('policy' as const),
    balance: fc.constantFrom('roundrobin', 'leastconn', 'source', 'random', 'first'),
    maxconn: fc.integer({ min: 20, max: 40 }),
    checked: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('weight' as const), pick: fc.nat(), weight: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    kind: fc.constant('state' as const),
    pick: fc.nat(),
    state: fc.constantFrom('drain', 'maint', 'ready'),
  }),
  fc.record({ kind: fc.constant('service' as const), number: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('scale' as const), replicas: fc.integer({ min: 2, max: 4 }) }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

for (const engine of engineNames) faults(engine);

function faults(engine: EngineName): void {
  suite(`faults with the engine ${engine} (${rounds} changes, RELEVO_SEED=${seed})`, () => {
    const cluster = new BalancedCluster();
    let port = 0;
    before(async () => {
      await cluster.start(engine);
      await cluster.applyObjects(webDeployment({ name: 'web', replicas: 3 }), webService('web'));
      await cluster.settled('app=web', 3);
      port = await cluster.nodePort('web');
    });
    after(() => cluster.delete());

    test('with the control plane dead users are served, and a replica that dies then is left out', async () => {
      const [victim] = await cluster.settled('app=web', 3);
      assert.ok(victim);
      await underLoad(port, () =>
        cluster.withoutControlPlane(async () => {
          await cluster.relevo('pod', 'kill', victim.name, '--hold');
          await eventually(async () => {
            return (await cluster.serverStats('default/web:http', victim.uid)).ejected;
          }, 20_000);
        }),
      );
      await underLoad(port, async () => {
        await cluster.relevo('pod', 'thaw', victim.name);
        await cluster.settled('app=web', 3);
        await cluster.active('default/web:http', 3);
      });
    });

    test('when the engine is killed users wait, and lose at most what was under way', async (t) => {
      const { pid } = await cluster.stats();
      await assertOnlyWaiting(t, () => killed(pid));
      assert.notEqual((await cluster.stats()).pid, pid);
    });

    test('when the balancer is killed users wait, and lose at most what was under way', async (t) => {
      await assertOnlyWaiting(t, async () => killed(await cluster.pidOf('balancer')));
    });

    test('balancer and control plane are killed at once: what was saved is served before the API is back', async (t) => {
      await cluster.withoutControlPlane(() =>
        assertOnlyWaiting(t, async () => killed(await cluster.pidOf('balancer'))),
      );
      await underLoad(port, async () => {
        await cluster.kubectl('scale', 'deployment/web', '--replicas=4');
        await cluster.settled('app=web', 4);
        await cluster.active('default/web:http', 4);
      });
    });

    /** The requests that had begun before `kill` was done may be lost; later ones are answered, and none is refused. */
    async function assertOnlyWaiting(t: TestContext, kill: () => Promise<void>): Promise<void> {
      let goneAt = 0;
      const asked = { path: '/slow?ms=50' };
      const served = (load: SteadyLoad, more: number) => {
        const { sent } = load;
        return eventually(() => load.sent >= sent + more, 60_000);
      };
      const { failed, counts } = await recorded({ port, asked, keepAlive: false }, async (load) => {
        await served(load, 25);
        await kill();
        goneAt = performance.now();
        await ask(port);
        t.diagnostic(`answered again ${Math.round(performance.now() - goneAt)} ms after it was gone`);
        await served(load, 50);
      });
      const late = failed.filter(({ beganAt }) => beganAt > goneAt);
      assert.deepEqual(late, [], JSON.stringify(counts));
      assert.ok(!failed.some(({ why }) => why === 'ECONNREFUSED'), JSON.stringify(counts));
      assert.ok(Number(counts[200]) > 50, JSON.stringify(counts));
    }

    test(`a change a second, of all kinds, ${changes} times, loses nobody anything`, async (t) => {
      const begin = performance.now();
      const sent = await underLoad(port, async () => {
        for (const [index, one] of fc.sample(change, { seed, numRuns: changes }).entries()) {
          // The pace is what is tested: whoever is slow changes at once.
          await sleep(Math.max(0, begin + index * everyMs - performance.now()));
          await make(one);
        }
      });
      const seconds = (performance.now() - begin) / 1_000;
      t.diagnostic(`${changes} changes and ${sent} requests in ${seconds.toFixed(1)} s`);
    });

    async function make(wanted: Change): Promise<void> {
      switch (wanted.kind) {
        case 'policy': {
          const { balance, maxconn, checked } = wanted;
          const check = checked ? { check: { http: { path: '/healthz' } } } : {};
          await cluster.applyObjects(backendPolicy('web', { balance, servers: { maxconn }, ...check }));
          return;
        }
        case 'weight':
          return annotateOne(wanted.pick, `relevo.dev/weight=${wanted.weight}`);
        case 'state':
          return annotateOne(wanted.pick, `relevo.dev/state=${wanted.state}`);
        case 'service':
          return toggle(`other-${wanted.number}`);
        case 'scale':
          await cluster.kubectl('scale', 'deployment/web', `--replicas=${wanted.replicas}`);
      }
    }

    /** Never the first: somebody has to serve. */
    async function annotateOne(pick: number, annotation: string): Promise<void> {
      const others = (await cluster.pods('app=web'))
        .filter(({ ready, leaving }) => ready && !leaving)
        .slice(1);
      const pod = others[pick % others.length];
      if (pod) await cluster.kubectl('annotate', 'pod', pod.name, annotation, '--overwrite');
    }

    /** Another way to the same pods comes, or goes. */
    async function toggle(name: string): Promise<void> {
      const isThere = await cluster.kubectl('get', 'service', name, '--ignore-not-found', '-o', 'name');
      if (isThere) await cluster.kubectl('delete', 'service', name);
      else await cluster.applyObjects(webService(name, { app: 'web' }));
    }
  });
}
