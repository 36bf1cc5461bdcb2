import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { smoothSequence } from './roundrobin.ts';

const anyWeights = fc.array(fc.nat(20), { minLength: 1, maxLength: 12 });

function counts(sequence: Uint16Array, servers: number): readonly number[] {
  const sums = new Array<number>(servers).fill(0);
  for (const index of sequence) sums[index] = (sums[index] as number) + 1;
  return sums;
}

test('equal weights take turns in order', () => {
  assert.deepEqual([...smoothSequence([7, 7, 7])], [0, 1, 2]);
});

test('turns of a heavy server are spread among those of light ones', () => {
  const [heavy, light] = [[...smoothSequence([5, 1, 1])].join(''), [...smoothSequence([2, 1])].join('')];
  assert.equal(heavy, '0100020');
  assert.equal(light, '010');
});

test('over a period each comes exactly as often as its weight says', () => {
  fc.assert(
    fc.property(anyWeights, (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const sequence = smoothSequence(weights);
      if (total === 0) return assert.equal(sequence.length, 0);
      assert.equal(total % sequence.length, 0);
      const perPeriod = counts(sequence, weights.length);
      assert.deepEqual(
        perPeriod.map((count) => (count * total) / sequence.length),
        weights,
      );
    }),
  );
});

test('at no moment is anyone two turns away from what is due to it', () => {
  fc.assert(
    fc.property(anyWeights, (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const sequence = smoothSequence(weights);
      const taken = weights.map(() => 0);
      sequence.forEach((index, turn) => {
        taken[index] = (taken[index] as number) + 1;
        weights.forEach((weight, server) => {
          const due = ((turn + 1) * weight) / total;
          assert.ok(Math.abs((taken[server] as number) - due) < 2, `server ${server} at turn ${turn}`);
        });
      });
    }),
  );
});

test('the sixteenths of a slow start count', () => {
  assert.deepEqual(counts(smoothSequence([1, 1 / 16]), 2), [16, 1]);
});

test('a period that would be too long is rounded, and nobody is left out', () => {
  const sequence = smoothSequence([256, 255, 1], 64);
  const [first = 0, second = 0, third = 0] = counts(sequence, 3);
  assert.ok(sequence.length <= 67);
  assert.ok(first >= 31 && second >= 31 && third === 1, `${first} ${second} ${third}`);
});

test('there is a turn for each of more servers than a period was to have', () => {
  const weights = Array.from({ length: 5_000 }, (_, index) => 100 + (index % 7));
  assert.ok(counts(smoothSequence(weights), weights.length).every((count) => count > 0));
});
