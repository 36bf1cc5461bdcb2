import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertTold } from '../../../tests/support/drill/languages.ts';
import type { SaturationSign } from '../../load/results/load-results.ts';
import { saturation } from './gather.ts';

const signs: SaturationSign[] = [
  { type: 'late', ms: 12.5, limitMs: 5 },
  { type: 'cpu', share: 0.9 },
  { type: 'loop', share: 0.9 },
  { type: 'dropped', count: 3 },
];

test('each sign of a saturated generator is told in both languages', () => {
  const found = saturation({ saturation: { isSaturated: true, reasons: [], signs } });
  for (const fact of found) assertTold(fact);
  assert.match(found[0]?.en ?? '', /^the generator was saturated: 1 % of the requests .* 12\.5 ms late/);
  assert.match(found[3]?.es ?? '', /^el generador estaba saturado: .*3/);
  assert.equal(found.length, signs.length);
});

test('a generator that kept up needs no words', () => {
  assert.deepEqual(saturation({ saturation: { isSaturated: false, reasons: [], signs } }), []);
});
