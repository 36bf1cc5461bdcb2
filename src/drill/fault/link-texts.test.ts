import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkParameters, linkQualityIn } from './link-texts.ts';

const isAllowed = (name: string, text: string) =>
  new RegExp(linkParameters[name]?.pattern ?? 'x^').test(text);

test('latency, loss and rate are read as students write them', () => {
  assert.deepEqual(linkQualityIn({ latency: '200ms', loss: '5%', rate: '10Mbit' }), {
    ...{ latencyMs: 200, loss: 0.05, rateBitsPerSecond: 10_000_000 },
  });
  assert.equal(linkQualityIn({ rate: '500kbit' }).rateBitsPerSecond, 500_000);
  assert.equal(linkQualityIn({ rate: '1.5gbit' }).rateBitsPerSecond, 1_500_000_000);
  assert.equal(linkQualityIn({ loss: '0.5%' }).loss, 0.005);
});

test('what is nothing counts as left out', () => {
  const nothing = { latencyMs: undefined, loss: undefined, rateBitsPerSecond: undefined };
  assert.deepEqual(linkQualityIn({}), nothing);
  assert.deepEqual(linkQualityIn({ latency: '0ms', loss: '0%', rate: '0kbit' }), nothing);
});

test('what cannot be is refused', () => {
  for (const loss of ['100%', '0.1%', '12.5%', '0%']) assert.ok(isAllowed('loss', loss), loss);
  for (const loss of ['101%', '-1%', '5', '012%']) assert.ok(!isAllowed('loss', loss), loss);
  for (const rate of ['1Mbit', '500kbit', '1.5Gbit']) assert.ok(isAllowed('rate', rate), rate);
  for (const rate of ['1', '1M', '1Mbyte', 'mbit']) assert.ok(!isAllowed('rate', rate), rate);
});
