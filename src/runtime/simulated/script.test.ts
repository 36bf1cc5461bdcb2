import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawMs, seededRandom } from './delay.ts';
import { annotationPrefix, durationMs, scriptFor } from './script.ts';

const usage = { cpuMillis: 1, memoryBytes: 2 };

test('durations are read as people write them', () => {
  const cases: [string, number | undefined][] = [
    ['250ms', 250],
    ['1.5s', 1500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['', undefined],
    ['5', undefined],
    ['-1s', undefined],
    ['1s 2s', undefined],
  ];
  for (const [text, expected] of cases) assert.equal(durationMs(text), expected, text);
});

test('an annotation for one container stands before the one for all, and nonsense is ignored', () => {
  const annotations = {
    [`${annotationPrefix}cpu`]: '100m',
    [`${annotationPrefix}cpu.db`]: '2',
    [`${annotationPrefix}memory`]: 'a lot',
    [`${annotationPrefix}exit-code`]: '300',
  };
  assert.equal(scriptFor(annotations, 'web', usage).cpuMillis, 100);
  assert.equal(scriptFor(annotations, 'db', usage).cpuMillis, 2000);
  assert.equal(scriptFor(annotations, 'db', usage).memoryBytes, 2);
  assert.equal(scriptFor(annotations, 'db', usage).exitCode, undefined);
});

test('the same seed draws the same delays, within their bounds', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(1000), fc.nat(1000), (seed, minMs, moreMs) => {
      const delay = { kind: 'uniform', minMs, maxMs: minMs + moreMs } as const;
      const [a, b] = [seededRandom(seed), seededRandom(seed)];
      for (let i = 0; i < 20; i++) {
        const drawn = drawMs(delay, a);
        assert.equal(drawn, drawMs(delay, b));
        assert.ok(drawn >= minMs && drawn <= minMs + moreMs);
      }
    }),
  );
});

test('half of the lognormal delays are below the median', () => {
  const random = seededRandom(7);
  const delay = { kind: 'lognormal', medianMs: 1000, sigma: 0.5 } as const;
  const drawn = Array.from({ length: 4000 }, () => drawMs(delay, random));
  const below = drawn.filter((ms) => ms < 1000).length / drawn.length;
  assert.ok(Math.abs(below - 0.5) < 0.03, `${below}`);
});
