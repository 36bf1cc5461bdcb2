import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { expectation, measured } from '../../../tests/support/drill/findings.ts';
import type { Measure } from '../scenario/scenario.ts';
import { asIs } from '../told.ts';
import { outcomeOf } from './expectations.ts';

const rto = expectation('trafficRto', '<=2s');

suite('an expectation', () => {
  test('is met, or broken', () => {
    assert.equal(outcomeOf(rto, measured('trafficRto', 1_900)).result, 'met');
    assert.equal(outcomeOf(rto, measured('trafficRto', 2_100)).result, 'broken');
  });

  test('is undecided where its limit is within the uncertainty', () => {
    const { result, why } = outcomeOf(rto, measured('trafficRto', 1_990, { uncertainty: 20 }));
    assert.equal(result, 'undecided');
    assert.match(String(why?.en), /within the uncertainty/);
  });

  test('that could not be measured says why', () => {
    const { value: _, ...without } = measured('trafficRto', 0);
    const why = asIs('less than 5 s of good traffic after it');
    assert.deepEqual(outcomeOf(rto, { ...without, why }).why, why);
    assert.equal(outcomeOf(rto, { ...without, why }).result, 'undecided');
    assert.equal(outcomeOf(rto, undefined).result, 'undecided');
  });

  test('of something that never came about is broken, with any uncertainty', () => {
    const { value: _, ...without } = measured('trafficRto', 0, { uncertainty: 9_000 });
    assert.equal(outcomeOf(rto, { ...without, broken: true, why: asIs('no recovery') }).result, 'broken');
  });

  test('about none failed is not met by no samples', () => {
    for (const [measure, limit] of [
      ['failedRequests', '0'],
      ['availability', '100%'],
      ['sorryShare', '0%'],
      ['duplicates', '0'],
      ['unattributed', '0'],
      ['sessionsMoved', '0'],
      ['p99', '<500ms'],
      ['trafficRto', '<=2s'],
    ] as [Measure, string][]) {
      for (const during of ['drill', 'fault', 'calm'] as const) {
        const nothing = measured(measure, measure === 'availability' ? 1 : 0, { samples: 0 });
        assert.equal(outcomeOf(expectation(measure, limit, during), nothing).result, 'undecided', measure);
      }
    }
  });

  test('of a share needs so many samples that one of them may fail', () => {
    const want = expectation('availability', '>=99.9%');
    assert.equal(outcomeOf(want, measured('availability', 1, { samples: 999 })).result, 'undecided');
    assert.equal(outcomeOf(want, measured('availability', 1, { samples: 1_000 })).result, 'met');
    assert.equal(outcomeOf(want, measured('availability', 0.999, { samples: 1_000 })).result, 'met');
    assert.equal(outcomeOf(want, measured('availability', 0.998, { samples: 1_000 })).result, 'broken');
  });

  test('of the hundredth part needs a hundred', () => {
    const want = expectation('p99', '<500ms');
    assert.equal(outcomeOf(want, measured('p99', 5, { samples: 99 })).result, 'undecided');
    assert.equal(outcomeOf(want, measured('p99', 5, { samples: 100 })).result, 'met');
  });

  test('of the timeline needs no samples', () => {
    const want = expectation('backupsUsed', '>=1');
    assert.equal(outcomeOf(want, measured('backupsUsed', 2, { samples: 0 })).result, 'met');
  });

  test('is never decided by something that is no number', () => {
    const odd = fc.constantFrom(Number.NaN, undefined);
    fc.assert(
      fc.property(odd, odd, odd, (value, uncertainty, samples) => {
        if ([value, uncertainty, samples].every((one) => one === undefined)) return;
        const found = {
          ...measured('failedRequests', 0),
          ...(value === undefined ? {} : { value }),
          ...(uncertainty === undefined ? {} : { uncertainty }),
          ...(samples === undefined ? {} : { samples }),
        };
        assert.equal(outcomeOf(expectation('failedRequests', '0'), found).result, 'undecided');
      }),
    );
  });
});
