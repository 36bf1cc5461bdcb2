import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeMachinery } from '../../../tests/support/drill/fake-machinery.ts';
import { assertTold } from '../../../tests/support/drill/languages.ts';
import { podsOn, targetOf } from '../../../tests/support/drill/targets.ts';
import { FakeApi } from '../../../tests/support/fake-api.ts';
import { applySchemaDefaults } from '../../api/schema/default-values.ts';
import { validateStructure } from '../../api/schema/structural.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { seededRandom } from '../../base/seeded-random.ts';
import { Client } from '../../client/client.ts';
import { MachineryError } from '../../machinery/machinery-error.ts';
import type { World } from '../world/world.ts';
import { faults } from './catalogue.ts';
import type { Fault } from './fault.ts';
import { lastsWith } from './lasts.ts';

/** What has to be said of some of them. */
const given: Readonly<Record<string, object>> = {
  surge: { rate: '80/s' },
  'node-slow': { latency: '100ms' },
  command: { do: ['true'], prove: ['true'], undo: ['true'] },
};

const target = targetOf(podsOn([{ node: 'node-1' }, { node: 'node-2' }, { node: 'node-3', role: 'backup' }]));

function parametersFor({ name, parameters }: Fault): Record<string, unknown> {
  const wanted = { ...given[name] };
  applySchemaDefaults(parameters, wanted);
  return wanted;
}

function fault(name: string): Fault {
  const found = faults.get(name);
  assert.ok(found, name);
  return found;
}

function worldWith(more: Partial<World>): World {
  return {
    client: new Client(new FakeApi()),
    ...{ stateFolder: '/nowhere', clock: systemClock, logger: silentLogger, mayRunCommands: false },
    ...more,
  };
}

test('every fault says in both languages what it does, and is called as the catalogue calls it', () => {
  assert.ok(faults.size >= 18);
  for (const [name, { name: own, summary }] of faults) {
    assert.equal(own, name);
    assert.match(summary.en, /^[A-Z].*\.$/s, name);
    assert.match(summary.es, /^[A-Z].*\.$/s, name);
    assertTold(summary, name);
  }
});

test('what a fault is given where a drill says nothing is what it may be given', () => {
  for (const fault of faults.values())
    assert.deepEqual(validateStructure(fault.parameters, parametersFor(fault)), [], fault.name);
});

test('every parameter is described', () => {
  for (const { name, parameters } of faults.values())
    for (const [parameter, schema] of Object.entries(parameters.properties ?? {}))
      assert.ok(schema.description, `${name}: ${parameter}`);
});

test('what is hit, and what undoes it, is the same for the same seed', () => {
  for (const fault of faults.values()) {
    const parameters = parametersFor(fault);
    const choose = () => fault.choose(target, parameters, seededRandom('7'));
    assert.deepEqual(choose(), choose(), fault.name);
    assert.deepEqual(fault.undo(choose(), parameters), fault.undo(choose(), parameters), fault.name);
  }
});

test('a fault that lasts has something to undo, but for a surge, which its runner ends', () => {
  for (const fault of faults.values()) {
    const parameters = parametersFor(fault);
    const steps = fault.undo(fault.choose(target, parameters, seededRandom('7')), parameters);
    const lasts = lastsWith(fault, parameters) && fault.name !== 'surge';
    assert.equal(steps.length > 0, lasts, fault.name);
  }
});

test('what a kill left behind is told in both languages', async () => {
  const gone = { pid: 2 ** 30, identity: 'gone' };
  const victims = fault('node-stop').choose(target, { node: 'node-1' }, seededRandom('7'));
  const notes: Readonly<Record<string, [key: string, seen: unknown]>> = {
    'replica-kill': ['processes before', new Map([[victims.pods[0]?.uid, [gone]]])],
    'kubelet-kill': ['kubelets before', [{ ...gone, node: 'node-1' }]],
    'balancer-kill': ['killed', { ...gone, engine: '' }],
    'control-plane-kill': ['killed', { ...gone, asked: 0, isSilent: true }],
  };
  for (const [name, note] of Object.entries(notes)) {
    const proof = await fault(name).proof({
      ...{ world: worldWith({}), target, victims, parameters: {}, notes: new Map([note]) },
      ...{ signal: new AbortController().signal, answersOfVictims: () => 0 },
    });
    assert.match(proof?.evidence.en ?? '', /the kernel has .* any more/, name);
    assertTold(proof?.evidence, name);
  }
});

test('a cluster that is known by its API alone has the faults of the API, and says in a line why not the others', async () => {
  const possible: string[] = [];
  for (const fault of faults.values()) {
    const why = await fault.impossible(worldWith({}), target, parametersFor(fault));
    if (why === undefined) possible.push(fault.name);
    else {
      assert.match(why.en, /^[^\n]{20,}$/, fault.name);
      assertTold(why, fault.name);
    }
  }
  // A rolling update looks for Deployments, of which there is none here.
  assert.deepEqual(possible, ['pod-delete', 'evict', 'drain', 'cordon']);
});

test('commands are possible only where they may be run', async () => {
  const fault = faults.get('command');
  const parameters = { do: ['true'], prove: ['true'] };
  assert.equal(await fault?.impossible(worldWith({ mayRunCommands: true }), target, parameters), undefined);
  assert.match(String((await fault?.impossible(worldWith({}), target, parameters))?.en), /command line only/);
});

test('faults of a link say why not where the network has none', async () => {
  const machinery = new FakeMachinery({ 'node-1': 'running' });
  const partition = faults.get('node-partition');
  machinery.intercept = (call) => {
    if (call.startsWith('heal')) throw new MachineryError('shared-network', 'they share it');
  };
  const why = await partition?.impossible(worldWith({ machinery }), target, {});
  assertTold(why);
  assert.match(why?.en ?? '', /^the nodes share the loopback .*--network netns/);
  machinery.intercept = () => {
    throw new MachineryError('unknown-node', 'whatever the words are');
  };
  assert.equal(await partition?.impossible(worldWith({ machinery }), target, {}), undefined);
  machinery.intercept = () => {
    throw new Error('the cluster does not answer');
  };
  const broken = await partition?.impossible(worldWith({ machinery }), target, {});
  assert.equal(broken?.en, 'the cluster does not answer');
});

test('a link that is to be slow without a word how is impossible', async () => {
  const machinery = new FakeMachinery({ 'node-1': 'running' });
  const slow = faults.get('node-slow');
  assert.match(String((await slow?.impossible(worldWith({ machinery }), target, {}))?.en), /how slow/);
});

test('without replicas, faults that need them are impossible', async () => {
  const alone = targetOf([]);
  const machinery = new FakeMachinery({ 'node-1': 'running' });
  for (const name of ['replica-kill', 'all-primaries-down', 'pod-delete', 'rolling-update']) {
    const why = await faults.get(name)?.impossible(worldWith({ machinery }), alone, {});
    assert.match(String(why?.en), /no replicas are known/, name);
  }
});

test('whoever is named, or wanted, and is not there at all is told of before anything starts', async () => {
  const world = worldWith({ machinery: new FakeMachinery({ 'node-1': 'running' }) });
  const whyNot = async (name: string, parameters: object) =>
    (await faults.get(name)?.impossible(world, target, parameters as Record<string, unknown>))?.en;
  assert.match(String(await whyNot('replica-kill', { pod: 'web-x' })), /no replica "web-x"/);
  assert.match(String(await whyNot('replica-kill', { role: 'backup', count: 2 })), /2 backups.*web has 1/);
  assert.match(String(await whyNot('replica-freeze', { node: 'node-9' })), /no node "node-9"/);
  assert.match(String(await whyNot('node-stop', { node: 'node-9' })), /no node "node-9"; there are node-1/);
  assert.match(String(await whyNot('node-stop', { count: 4 })), /4 nodes.*there are 3/);
  assert.equal(await whyNot('node-stop', { count: 3 }), undefined);
});

test('who may not do it is told so before anything starts', async () => {
  const api = new FakeApi();
  api.request = async ({ path }) => {
    assert.match(path, /selfsubjectaccessreviews$/);
    return { status: 201, headers: {}, body: { status: { allowed: false } } };
  };
  const world = worldWith({ client: new Client(api) });
  const why = await Promise.all(
    ['pod-delete', 'evict', 'cordon', 'drain'].map((name) => faults.get(name)?.impossible(world, target, {})),
  );
  assert.deepEqual(
    why.map((one) => one?.en),
    [
      'you may not delete pods of the namespace default in this cluster',
      'you may not create pods/eviction of the namespace default in this cluster',
      'you may not patch nodes in this cluster',
      'you may not patch nodes in this cluster',
    ],
  );
});
