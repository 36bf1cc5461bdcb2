import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podsOn, targetOf } from '../../../tests/support/drill/targets.ts';
import { machineTime } from '../../base/machine-time.ts';
import { asIs } from '../told.ts';
import type { World } from '../world/world.ts';
import { nobody } from './choice/nobody.ts';
import { defineFault, type Look } from './define-fault.ts';
import type { Injection } from './fault.ts';

function faultThatLooks(looks: Look[]) {
  return defineFault({
    ...{ name: 'test', summary: { en: '', es: '' }, parameters: {}, lasts: false },
    impossible: async () => undefined,
    choose: () => nobody,
    undo: () => [],
    inject: async () => {},
    look: async () => looks.shift(),
  });
}

function injection(): Injection {
  return {
    ...{ world: {} as World, target: targetOf(podsOn([])), victims: nobody, parameters: {} },
    ...{ signal: new AbortController().signal, notes: new Map(), answersOfVictims: () => 0 },
  };
}

test('a proof says since when, and how late that may be: no later than the last look that saw nothing', async () => {
  const fault = faultThatLooks([undefined, { text: asIs('seen') }]);
  const at = injection();
  await fault.inject(at);
  const before = machineTime();
  assert.equal(await fault.proof(at), undefined);
  const between = machineTime();
  const proof = await fault.proof(at);
  assert.ok(proof && proof.evidence.en === 'seen' && proof.at >= between);
  assert.ok(proof.at - proof.uncertaintyMs >= before, 'not before the first look');
  assert.ok(proof.at - proof.uncertaintyMs <= between);
});

test('a look that could not be sure does not count as one that saw nothing', async () => {
  const at = injection();
  const since = machineTime();
  const fault = faultThatLooks(['perhaps', 'perhaps', { text: asIs('seen'), since: since + 1 }]);
  await fault.inject(at);
  assert.equal(await fault.proof(at), undefined);
  assert.equal(await fault.proof(at), undefined);
  const proof = await fault.proof(at);
  assert.equal(proof?.at, since + 1);
  assert.ok(proof.uncertaintyMs <= 1, 'since it was begun');
});
