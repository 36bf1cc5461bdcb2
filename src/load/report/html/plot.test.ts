import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { horizontalScale, niceStep, plotHeight, plotWidth, verticalScale } from './plot.ts';

const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

test('steps are 1, 2 or 5 times a power of ten, and not too small', () => {
  fc.assert(
    fc.property(positive, (least) => {
      const step = niceStep(least);
      assert.ok(step >= least * 0.99 && step <= least * 5.01, `${least} → ${step}`);
      assert.match((step / 10 ** Math.floor(Math.log10(step) + 1e-9)).toPrecision(3), /^(1|2|5)\.00$/);
    }),
  );
});

test('whatever is measured lies within the picture, and ticks are few', () => {
  fc.assert(
    fc.property(positive, (most) => {
      for (const scale of [verticalScale(most), horizontalScale(0, most)]) {
        assert.ok(scale.ticks.length >= 1 && scale.ticks.length <= 12, `${scale.ticks.length} ticks`);
        for (const value of [0, most / 2, most]) {
          const at = scale.at(value);
          assert.ok(at >= 0 && at <= Math.max(plotWidth, plotHeight), `${value} at ${at}`);
        }
      }
    }),
  );
});
