import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UndoWorld } from '../../../../tests/support/drill/undo-world.ts';
import { eventually } from '../../../../tests/support/eventually.ts';
import { StatusError } from '../../../api/status.ts';
import { nodes } from '../../../client/resources.ts';
import { cordon } from '../acts/cordon.ts';
import { carryOutUndo } from './carry-out-undo.ts';

const never = new AbortController().signal;
const soon = { withinMs: 400 };

test('a node is undone when it is heard of again, not when it was only started', async () => {
  const at = new UndoWorld({ 'node-1': 'stopped' });
  await at.addNode('node-1');
  let isUndone = false;
  const undoing = carryOutUndo(at.world, [{ type: 'node-start', node: 'node-1' }]).then((remains) => {
    isUndone = true;
    return remains;
  });
  await eventually(() => at.machinery.states.get('node-1') === 'running');
  const { length } = at.api.requests;
  await eventually(() => at.api.requests.length > length + 3);
  assert.ok(!isUndone, 'it is Ready only by what was said of it before');
  await at.renew('node-1');
  assert.deepEqual(await undoing, []);
});

test('what cannot be proven remains, with the reason and what to do', async () => {
  const at = new UndoWorld({ 'node-1': 'stopped', 'node-2': 'frozen' });
  await at.addNode('node-1');
  at.machinery.intercept = (call) => {
    if (call === 'thaw node-2') throw new Error('it will not');
  };
  const steps = [
    { type: 'node-start', node: 'node-1' },
    { type: 'node-thaw', node: 'node-2' },
  ] as const;
  const remains = await carryOutUndo(at.world, steps, soon);
  assert.deepEqual(
    remains.map(({ en }) => en),
    [
      'node-1 is stopped (its Lease is not renewed); "relevo node start node-1"',
      'node-2 is frozen (it will not); "relevo node thaw node-2"',
    ],
  );
});

test('what fails at first is tried again', async () => {
  const at = new UndoWorld({ 'node-1': 'running' });
  at.machinery.held.add('default/web-1');
  let refused = 0;
  at.machinery.intercept = (call) => {
    if (call === 'thaw web-1' && refused++ < 3) throw new Error('node-1 is frozen with all that runs on it');
  };
  const step = { type: 'pod-thaw', namespace: 'default', name: 'web-1', uid: 'u' } as const;
  assert.deepEqual(await carryOutUndo(at.world, [step, step]), []);
  assert.deepEqual(at.machinery.calls, Array(4).fill('thaw web-1'), 'the same step twice is one');
});

test('what has been done and does not show is done once more', async () => {
  const at = new UndoWorld({ 'node-1': 'running' });
  at.machinery.held.add('default/web-1');
  at.machinery.thawPod = async () => {
    at.machinery.calls.push('thaw');
    if (at.machinery.calls.length > 1) at.machinery.held.clear();
    return { node: '', count: 0 };
  };
  const step = { type: 'pod-thaw', namespace: 'default', name: 'web-1', uid: 'u' } as const;
  assert.deepEqual(await carryOutUndo(at.world, [step]), []);
  assert.deepEqual(at.machinery.calls, ['thaw', 'thaw']);
});

test('what is not there any more needs no undo', async () => {
  const at = new UndoWorld({});
  at.machinery.intercept = (call) => {
    if (call.startsWith('thaw')) throw new Error('there is no pod "web-1" of the namespace "default"');
  };
  const steps = [
    { type: 'node-start', node: 'node-9' },
    { type: 'pod-thaw', namespace: 'default', name: 'web-1', uid: 'u' },
    { type: 'uncordon', node: 'node-9' },
    { type: 'scale', namespace: 'default', deployment: 'web', replicas: 3 },
    { type: 'delete', resource: 'v1/services', namespace: 'default', name: 'web' },
  ] as const;
  assert.deepEqual(await carryOutUndo(at.world, steps, soon), []);
});

test('a node that a drill has cordoned takes pods again, and one that somebody else cordoned does not', async () => {
  const at = new UndoWorld();
  for (const name of ['node-1', 'node-2']) await at.addNode(name);
  await cordon(at.client, 'node-1', never);
  await at.client.resource(nodes).patch('node-2', { spec: { unschedulable: true } });
  const steps = ['node-1', 'node-2'].map((node) => ({ type: 'uncordon', node }) as const);
  assert.deepEqual(await carryOutUndo(at.world, steps), []);
  const [first, second] = await Promise.all(
    ['node-1', 'node-2'].map((node) => at.client.resource(nodes).get(node)),
  );
  assert.equal(first?.spec?.unschedulable, undefined);
  assert.deepEqual(first?.metadata.annotations ?? {}, {});
  assert.equal(second?.spec?.unschedulable, true);
});

test('replicas come back, unless somebody has asked for another number since', async () => {
  const at = new UndoWorld();
  await at.addDeployment('web', 0);
  await at.addDeployment('shop', 5);
  const steps = ['web', 'shop'].map(
    (deployment) => ({ type: 'scale', namespace: 'default', deployment, replicas: 3, changedTo: 0 }) as const,
  );
  assert.deepEqual(await carryOutUndo(at.world, steps), []);
  assert.deepEqual([await at.replicasOf('web'), await at.replicasOf('shop')], [3, 5]);
});

test('an API that is away for a while is waited for', async () => {
  const at = new UndoWorld();
  await at.addDeployment('web', 0);
  let away = 3;
  at.api.intercept = () => {
    if (away-- > 0) throw new StatusError(503, 'ServiceUnavailable', 'the API is away');
  };
  const step = { type: 'scale', namespace: 'default', deployment: 'web', replicas: 3 } as const;
  assert.deepEqual(await carryOutUndo(at.world, [step]), []);
  assert.equal(await at.replicasOf('web'), 3);
});

test('what a drill has made is deleted', async () => {
  const at = new UndoWorld();
  await at.addDeployment('web', 1);
  const step = {
    type: 'delete',
    resource: 'apps/v1/deployments',
    namespace: 'default',
    name: 'web',
  } as const;
  assert.deepEqual(await carryOutUndo(at.world, [step]), []);
  await assert.rejects(at.replicasOf('web'), /not found/);
});

test('commands are not run where they may not be', async () => {
  const { world } = new UndoWorld();
  const step = { type: 'command', command: ['true'], folder: '/' } as const;
  assert.match(
    String((await carryOutUndo(world, [step], soon))[0]?.en),
    /"true".*command line only.*run it in \//,
  );
  assert.deepEqual(await carryOutUndo({ ...world, mayRunCommands: true }, [step]), []);
});

test('aborted, it tells what remains instead of going on', async () => {
  const { world } = new UndoWorld({ 'node-1': 'stopped' });
  const step = { type: 'node-start', node: 'node-1' } as const;
  assert.equal((await carryOutUndo(world, [step], { signal: AbortSignal.abort() })).length, 1);
});
