import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DatePattern } from './date-pattern.ts';
import { isoDurationMs } from './duration.ts';

const date = new Date(2024, 1, 3, 15, 4, 5, 67).getTime();

test('dates are written as Java writes them', () => {
  for (const [pattern, text] of [
    ['yyyy-MM-dd HH:mm:ss.SSS', '2024-02-03 15:04:05.067'],
    ['yy/M/d h:m:s a', '24/2/3 3:4:5 PM'],
    ["yyyyMMdd'T'HHmmss", '20240203T150405'],
    ["EEE, dd MMM yyyy 'o''clock'", "Sat, 03 Feb 2024 o'clock"],
    ['EEEE MMMM D k K', 'Saturday February 34 15 3'],
    ["''", "'"],
  ] as const) {
    assert.equal(new DatePattern(pattern).format(date), text, pattern);
  }
  assert.equal(new DatePattern('d MMMM', 'es_ES').format(date), '3 febrero');
  assert.match(new DatePattern('Z XXX X').format(date), /^[+-]\d{4} (Z|[+-]\d\d:\d\d) (Z|[+-]\d\d(\d\d)?)$/);
});

test('what a pattern cannot say is told', () => {
  assert.throws(() => new DatePattern('ww YYYY'), /the letter w/);
});

test('what was written can be read again', () => {
  const patterns = [
    'yyyy-MM-dd HH:mm:ss.SSS',
    'yyyyMMddHHmmssSSS',
    'd MMM yyyy, h:mm:ss.SSS a',
    "EEE dd MMMM yyyy 'at' H:m:s.SSS",
  ];
  const time = fc.date({ min: new Date(1971, 0), max: new Date(2099, 0), noInvalidDate: true });
  fc.assert(
    fc.property(time, fc.constantFrom(...patterns), (one, pattern) => {
      const format = new DatePattern(pattern);
      assert.equal(
        format.format(format.parse(format.format(one.getTime())) ?? 0),
        format.format(one.getTime()),
      );
    }),
  );
});

test('what is no date is none', () => {
  const format = new DatePattern('dd/MM/yyyy');
  for (const text of ['', '31/02/2024', '1/13/2024', '01/02/2024 ', 'x'])
    assert.equal(format.parse(text), undefined, text);
  assert.equal(
    new DatePattern('yyyy-MM-dd HH:mm XXX').parse('2024-01-01 12:00 +02:00'),
    Date.UTC(2024, 0, 1, 10),
  );
});

test('durations are read as java.time.Duration reads them', () => {
  for (const [text, ms] of [
    ['P2D', 172_800_000],
    ['PT1H30M', 5_400_000],
    ['-PT1H', -3_600_000],
    ['PT-10M', -600_000],
    ['P1DT0.5S', 86_400_500],
    ['pt1s', 1_000],
    ['P', undefined],
    ['PT', undefined],
    ['P1DT', undefined],
    ['1 day', undefined],
  ] as const) {
    assert.equal(isoDurationMs(text), ms, text);
  }
});
