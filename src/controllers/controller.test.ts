import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ControllerHarness } from '../../tests/support/controller-harness.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { configMaps } from '../client/resources.ts';
import { Controller, type ControllerOptions, type Reconcile, TerminalError } from './controller.ts';

async function setUp(t: TestContext, reconcile: Reconcile, options: Partial<ControllerOptions> = {}) {
  const world = new ControllerHarness(t);
  let controller!: Controller;
  await world.start((context) => {
    controller = new Controller(context, { name: 'test-controller', reconcile, ...options });
    controller.watch(context.informers.for(configMaps));
    return controller;
  });
  const create = (name: string) => world.client.resource(configMaps, 'shop').create({ metadata: { name } });
  return { world, controller, create };
}

test('every change leads to a reconcile of its key', async (t) => {
  const seen: string[] = [];
  const { world, create } = await setUp(t, async (key) => void seen.push(key));
  await create('a');
  await eventually(() => seen.length === 1);
  await world.client.resource(configMaps, 'shop').delete('a');
  await eventually(() => seen.length === 2);
  assert.deepEqual(seen, ['shop/a', 'shop/a']);
});

test('nothing is reconciled before the informers are synced', async (t) => {
  const world = new ControllerHarness(t);
  await world.client.resource(configMaps, 'shop').create({ metadata: { name: 'a' } });
  const sizes: number[] = [];
  const informer = world.context.informers.for(configMaps);
  await world.start((context) => {
    const reconcile = async () => void sizes.push(informer.lister.size);
    const controller = new Controller(context, { name: 'test-controller', reconcile });
    controller.observe(informer);
    controller.enqueue('early');
    return controller;
  });
  await eventually(() => sizes.length === 1);
  assert.deepEqual(sizes, [1]);
});

test('a throw is tried again until it works', async (t) => {
  let tries = 0;
  const { create } = await setUp(t, async () => {
    if (++tries < 4) throw new Error('not yet');
  });
  await create('a');
  await eventually(() => tries === 4);
});

test('a TerminalError is not tried again, the next change is', async (t) => {
  const tried: string[] = [];
  const { create, controller } = await setUp(t, async (key) => {
    tried.push(key);
    if (key === 'shop/a') throw new TerminalError('never');
  });
  await create('a');
  await eventually(() => tried.length === 1);
  await create('b');
  await eventually(() => tried.includes('shop/b'));
  controller.enqueue('shop/a');
  await eventually(() => tried.length === 3);
  assert.deepEqual(tried, ['shop/a', 'shop/b', 'shop/a']);
});

test('a reconcile may ask to be called again later', async (t) => {
  let times = 0;
  const { create } = await setUp(t, async () => (++times < 3 ? { requeueAfterMs: 1 } : undefined));
  await create('a');
  await eventually(() => times === 3);
});

test('one key is never reconciled by two workers at once, several keys are', async (t) => {
  const running = new Map<string, number>();
  let most = 0;
  let clashes = 0;
  const { controller } = await setUp(t, async (key) => {
    running.set(key, (running.get(key) ?? 0) + 1);
    if ((running.get(key) ?? 0) > 1) clashes++;
    most = Math.max(most, running.size);
    await new Promise((resolve) => setImmediate(resolve));
    if (key === 'a') controller.enqueue('a');
    running.delete(key);
  });
  for (const key of ['a', 'b', 'c', 'a']) controller.enqueue(key);
  await eventually(() => most === 3);
  assert.equal(clashes, 0);
});

test('changes within the batching delay are one reconcile', async (t) => {
  const seen: string[] = [];
  const reconcile = async (key: string) => void seen.push(key);
  const { controller } = await setUp(t, reconcile, { batchMs: 20 });
  for (let i = 0; i < 100; i++) controller.enqueue('a');
  controller.enqueue('b');
  await eventually(() => seen.length === 2);
  assert.deepEqual(seen.sort(), ['a', 'b']);
});

test('close waits for what is running, tells it, and drops the rest', async (t) => {
  let started = 0;
  let ended = 0;
  const { controller } = await setUp(
    t,
    (_, signal) => {
      started++;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          ended++;
          resolve();
        });
      });
    },
    { workers: 1 },
  );
  controller.enqueue('a');
  controller.enqueue('b');
  await eventually(() => started === 1);
  await Promise.all([controller.close(), controller.close()]);
  assert.deepEqual([started, ended], [1, 1]);
});

test('a controller closes even when its informer never synced', async (t) => {
  const world = new ControllerHarness(t);
  const controller = new Controller(world.context, { name: 'test', reconcile: async () => {} });
  controller.observe(world.context.informers.for(configMaps));
  controller.start();
  await controller.close();
});
