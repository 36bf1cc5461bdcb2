import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examplePlan } from '../../../tests/support/load/results.ts';
import type { Plan } from '../plan/plan.ts';
import { kneeOf } from './knee.ts';
import type { LoadResults } from './load-results.ts';
import type { Second, SecondOfLabel } from './second.ts';

type Load = Plan['groups'][number]['load'];

/** What each second was like, by the rate that was asked for. */
type Behaviour = (rate: number) => Partial<SecondOfLabel> & { dropped?: number };

const stepMs = 4_000;

function measured(rates: readonly number[], behaves: Behaviour, more: Partial<LoadResults> = {}) {
  const stages = rates.map((rate) => ({ fromRate: rate, toRate: rate, durationMs: stepMs }));
  const seconds = rates.flatMap((rate, step) =>
    Array.from({ length: 4 }, (_, at) => secondOf(step * 4 + at, rate, behaves(rate))),
  );
  return {
    plan: planOf({ model: 'open', stages, arrivals: 'even', maxUsers: 10 }),
    seconds,
    thresholds: [],
    ...more,
  };
}

function planOf(load: Load): Plan {
  const plan = examplePlan();
  return { ...plan, groups: plan.groups.map((group) => ({ ...group, load })) };
}

function secondOf(index: number, rate: number, { dropped = 0, ...given }: ReturnType<Behaviour>): Second {
  const total = {
    ...{ isTransaction: false, count: rate, failed: 0, sorry: 0, shed: 0, bytes: 0, sentBytes: 0 },
    ...{ sumMs: 0, p50: 2, p95: 3, p99: 4, max: 5, ...given },
  };
  return {
    ...{ index, users: 1, inFlight: 0, dropped, sent: rate, total, labels: new Map() },
    generator: { cpu: 0.1, loop: 0.1, sendLagMs: 0 },
  };
}

const rates = [10, 20, 40, 80];

test('the knee is the highest rate at which nothing has become slow', () => {
  const knee = kneeOf(measured(rates, (rate) => ({ p99: rate < 40 ? 4 : 500 })));
  assert.equal(knee?.best?.askedPerSecond, 20);
  assert.equal(knee?.isReached, true);
  assert.deepEqual(
    knee?.stretches.map(({ breaks }) => breaks),
    [undefined, undefined, 'latency', 'latency'],
  );
});

test('errors, dropped iterations and what is not done break it as well', () => {
  const broken = (behaves: Behaviour) => kneeOf(measured(rates, behaves))?.stretches.at(-1)?.breaks;
  assert.equal(
    broken((rate) => ({ failed: rate === 80 ? 2 : 0 })),
    'errors',
  );
  assert.equal(
    broken((rate) => ({ dropped: rate === 80 ? 1 : 0 })),
    'dropped',
  );
  assert.equal(
    broken((rate) => ({ count: Math.min(rate, 60) })),
    'rate',
  );
  assert.equal(
    broken(() => ({})),
    undefined,
  );
});

test('several requests in each iteration are no reason to think that it cannot keep up', () => {
  assert.equal(kneeOf(measured(rates, (rate) => ({ count: rate * 3 })))?.isReached, false);
  assert.equal(kneeOf(measured(rates, (rate) => ({ count: rate === 80 ? 160 : rate * 3 })))?.isReached, true);
});

test('where all rates hold it lies higher, and where none does it lies lower', () => {
  const all = kneeOf(measured(rates, () => ({})));
  assert.deepEqual([all?.best?.askedPerSecond, all?.isReached], [80, false]);
  const none = kneeOf(measured(rates, () => ({ failed: 5 })));
  assert.deepEqual([none?.best, none?.isReached], [undefined, true]);
});

test('what was slow before the knee ends the search: rates above that hold by chance do not count', () => {
  assert.equal(kneeOf(measured(rates, (rate) => ({ p99: rate === 20 ? 900 : 4 })))?.best?.askedPerSecond, 10);
});

test('a threshold for p99 says what is slow', () => {
  const outcome = { text: 'p99<300ms', ok: false, measured: 500, limit: 300, unit: 'ms' as const };
  const knee = kneeOf(measured(rates, (rate) => ({ p99: rate * 5 }), { thresholds: [outcome] }));
  assert.deepEqual([knee?.limitMs, knee?.best?.askedPerSecond], [300, 40]);
});

test('corrected times count where there are any', () => {
  const slow = { p50: 900, p95: 900, p99: 900, max: 900 };
  const knee = kneeOf(measured(rates, (rate) => (rate === 80 ? { corrected: slow } : {})));
  assert.equal(knee?.best?.askedPerSecond, 40);
});

test('stages are found where a set-up came before them', () => {
  const { seconds, ...rest } = measured(rates, (rate) => ({ p99: rate < 40 ? 4 : 500 }));
  const idle = Array.from({ length: 3 }, (_, index) => secondOf(index, 0, {}));
  const shifted = [...idle, ...seconds.map((second) => ({ ...second, index: second.index + 3 }))];
  const phases = [{ groups: [0], startedMs: 3_000 }];
  assert.equal(kneeOf({ ...rest, seconds: shifted, phases })?.best?.askedPerSecond, 20);
});

test('a ramp is taken as several stretches', () => {
  const ramp = { model: 'open' as const, arrivals: 'even' as const, maxUsers: 10 };
  const plan = planOf({ ...ramp, stages: [{ fromRate: 0, toRate: 100, durationMs: 20_000 }] });
  const seconds = Array.from({ length: 20 }, (_, index) =>
    secondOf(index, Math.round((index + 0.5) * 5), {}),
  );
  const knee = kneeOf({ plan, seconds, thresholds: [] });
  assert.deepEqual(
    knee?.stretches.map(({ askedPerSecond }) => askedPerSecond),
    [12.5, 37.5, 62.5, 87.5],
  );
});

test('without three rates there is no curve', () => {
  assert.equal(kneeOf(measured([10, 20], () => ({}))), undefined);
  assert.equal(kneeOf({ plan: examplePlan(), seconds: [], thresholds: [] }), undefined);
});
