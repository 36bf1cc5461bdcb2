import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FakeClock } from '../../base/fake-clock.ts';
import { Subscribable } from '../../base/subscribable.ts';
import type { MachineStatus } from '../../machinery/machinery.ts';
import { playRound, type RoundResult } from './round.ts';
import type { ScenePod } from './scene.ts';
import type { Sample } from './traffic.ts';

/** Three nodes with a replica each, of which the stopped one's moves after 7 s of the fake clock, unless a test has it otherwise. */
class World {
  readonly clock = new FakeClock();
  readonly samples = new Subscribable<Sample>();
  readonly steps: string[] = [];
  readonly stopped = new Set<string>();
  readonly controller = new AbortController();
  pods: ScenePod[] = ['a', 'b', 'c'].map((name, i) => ({ name, node: `node-${i + 1}`, state: 'ready' }));
  moves = true;
  /** What runs on a stopped node all the same. */
  leftOver: string[] = [];
  /** Who answers the request that is sent at each 100 ms. */
  answer: () => Partial<Sample> = () => ({ node: 'node-2' });

  readonly machinery = {
    nodes: async () =>
      ['node-1', 'node-2', 'node-3'].map((name) => ({
        name,
        state: this.stopped.has(name) ? 'stopped' : 'running',
        pods: this.stopped.has(name) ? this.leftOver : this.on(name),
      })) as unknown as MachineStatus[],
    stop: async (node: string) => {
      this.stopped.add(node);
      this.clock.after(7_000, () => this.move(node));
    },
    start: async (node: string) => this.stopped.delete(node),
  };

  on(node: string): string[] {
    return this.pods.filter((pod) => pod.node === node).map(({ name }) => name);
  }

  move(node: string): void {
    if (this.moves)
      this.pods = this.pods.map((pod) =>
        pod.node === node ? { name: 'd', node: 'node-2', state: 'ready' } : pod,
      );
  }

  /** Lets time pass until the round is over. */
  async play(): Promise<RoundResult> {
    let over = false;
    const round = playRound({
      ...{ machinery: this.machinery, samples: this.samples, clock: this.clock, replicas: 3 },
      scene: {
        pods: () => this.pods,
        nodes: () =>
          ['node-1', 'node-2', 'node-3'].map((name) => {
            const pods = this.pods.filter((pod) => pod.node === name);
            return { name, isReady: !this.stopped.has(name), pods };
          }),
      },
      signal: this.controller.signal,
      onStep: ({ type, node }) => this.steps.push(`${type} ${node}`),
    }).finally(() => {
      over = true;
    });
    round.catch(() => {});
    for (let i = 0; !over; i++) {
      await turn();
      this.clock.advance(20);
      const now = this.clock.monotonic();
      if (i % 5 === 0)
        this.samples.emit({ dueAt: now - 10, sentAt: now - 10, endedAt: now, ...this.answer() });
    }
    return round;
  }
}

test('a round stops the busiest node, waits for its replicas elsewhere, and starts it again', async () => {
  const world = new World();
  world.pods = world.pods.map((pod) => (pod.name === 'a' ? { ...pod, node: 'node-3' } : pod));
  const { node, capacityRtoMs, trafficRtoMs, failures } = await world.play();
  assert.deepEqual(world.steps, ['stopped node-3', 'starting node-3', 'returned node-3']);
  assert.deepEqual([node, trafficRtoMs, failures], ['node-3', 0, 0]);
  assert.ok(capacityRtoMs >= 7_000 && capacityRtoMs < 7_100, `${capacityRtoMs}`);
});

test('failures extend the traffic RTO and must have ended for five seconds before the node is started', async () => {
  const world = new World();
  world.answer = () => (world.clock.monotonic() < 4_000 ? { failure: 'refused' } : { node: 'node-2' });
  let startedAt = 0;
  const { start } = world.machinery;
  world.machinery.start = (node) => {
    startedAt = world.clock.monotonic();
    return start(node);
  };
  const { trafficRtoMs } = await world.play();
  assert.ok(trafficRtoMs > 3_800 && trafficRtoMs <= 4_000, `${trafficRtoMs}`);
  assert.ok(startedAt >= trafficRtoMs + 5_000);
});

test('a round in which the replicas do not come back fails, and the node stays stopped', async () => {
  const world = new World();
  world.moves = false;
  await assert.rejects(world.play(), /3 replicas were not ready without node-1 within 60 s/);
  assert.deepEqual(world.steps, ['stopped node-1']);
});

test('a duplicate that runs on, though the API does not show it, fails the round', async () => {
  const world = new World();
  const { start } = world.machinery;
  world.machinery.start = async (node) => {
    const { on } = world;
    world.on = (name) => [...on.call(world, name), ...(name === node ? ['ghost'] : [])];
    return start(node);
  };
  await assert.rejects(world.play(), /not 3 replicas, no more and no less, after node-1 came back/);
});

test('a node that still has processes was not stopped', async () => {
  const world = new World();
  world.leftOver = ['default/web-a'];
  await assert.rejects(world.play(), /node-1 was to be stopped and still had processes within 60 s/);
});

test('a node that answers what was asked after it was stopped makes the figures worthless', async () => {
  const world = new World();
  world.answer = () => ({ node: 'node-1' });
  await assert.rejects(world.play(), /node-1 was stopped and answered all the same/);
});

test('an interruption ends a round at once', async () => {
  const world = new World();
  world.clock.after(3_000, () => world.controller.abort(new Error('interrupted')));
  await assert.rejects(world.play(), /interrupted/);
  assert.ok(world.clock.monotonic() < 3_200);
});
