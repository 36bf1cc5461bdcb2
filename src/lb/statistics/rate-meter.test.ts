import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineStats } from '../engine.ts';
import { RateMeter } from './rate-meter.ts';

const stats = (epoch: string, requests: number) =>
  ({ epoch, frontends: [{ name: 'web', requests }], backends: [] }) as unknown as EngineStats;

test('a rate is what came between two looks that are a second apart', () => {
  const meter = new RateMeter();
  meter.look(stats('a', 100), 0);
  meter.look(stats('a', 900), 500);
  assert.equal(meter.rates.get('web'), undefined);
  meter.look(stats('a', 1_100), 2_000);
  assert.equal(meter.rates.get('web'), 500);
});

test('a new life of the engine begins anew', () => {
  const meter = new RateMeter();
  meter.look(stats('a', 1_000), 0);
  meter.look(stats('b', 10), 1_000);
  meter.look(stats('b', 30), 2_000);
  assert.equal(meter.rates.get('web'), 20);
});
