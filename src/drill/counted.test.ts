import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podsOn, targetOf } from '../../tests/support/drill/targets.ts';
import { counted } from './counted.ts';
import { chooseNodes } from './fault/choice/nodes.ts';
import { ToldError } from './told.ts';
import { fewHits, fewSamples, unaccounted, unclear } from './verdict/reasons.ts';

test('one is one, and nothing is many', () => {
  const words = [0, 1, 2].map((count) => counted(count, 'request', 'requests'));
  assert.deepEqual(words, ['0 requests', '1 request', '2 requests']);
});

test('reasons agree with their numbers in both languages', () => {
  const reasons = [fewSamples('drain', 1, 50), fewHits('drain', 1, 1), unaccounted(1), unclear(1)];
  assert.deepEqual(
    reasons.map(({ en }) => en),
    [
      '1 sample while drain lasted, where it takes 50',
      'the victims of drain had answered 1 request before, where it takes 1',
      '1 request was sent and is not accounted for',
      '1 request is unexplained',
    ],
  );
  assert.deepEqual(
    reasons.map(({ es }) => es),
    [
      '1 muestra mientras duró drain, y hacen falta 50',
      'los afectados por drain habían respondido antes a 1 petición, y hace falta 1',
      'se envió 1 petición de la que no hay cuenta',
      '1 petición no tiene explicación',
    ],
  );
  assert.equal(unclear(2).en, '2 requests are unexplained');
});

test('a single node that is left is one', () => {
  const target = targetOf(podsOn([{ node: 'node-1' }]));
  assert.throws(
    () => chooseNodes(target, { count: 2 }, () => 0),
    (error) => {
      assert.ok(error instanceof ToldError);
      assert.equal(error.told.en, '2 are to be hit, but there is only 1 such node ready');
      assert.equal(error.told.es, 'hay que afectar a 2, pero solo hay 1 nodo así listo');
      return true;
    },
  );
});
