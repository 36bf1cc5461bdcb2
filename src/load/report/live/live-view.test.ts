import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { examplePlan } from '../../../../tests/support/load/results.ts';
import { machineTime } from '../../../base/machine-time.ts';
import { Subscribable } from '../../../base/subscribable.ts';
import type { Second, SecondOfLabel } from '../../results/second.ts';
import { plannedMs } from './live-figures.ts';
import { LiveView } from './live-view.ts';

const total: SecondOfLabel = {
  ...{ isTransaction: false, count: 100, failed: 3, sorry: 0, shed: 0, bytes: 0, sentBytes: 0, sumMs: 0 },
  ...{ p50: 2, p95: 30, p99: 400, max: 500 },
};

function second(index: number, given: Partial<Second> = {}): Second {
  return {
    ...{ index, users: 10, inFlight: 4, dropped: 1, sent: 100, total, labels: new Map([['Home', total]]) },
    generator: { cpu: 0.1, loop: 0.1, sendLagMs: 0.1 },
    ...given,
  };
}

function shown(t: { after(f: () => void): void }, isTTY: boolean, seconds: readonly Second[], rows = 40) {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  let text = '';
  const output = { isTTY, columns: 100, rows, write: (part: string) => (text += part) };
  const run = { startedAt: machineTime(), inFlight: 4, seconds: new Subscribable<Second>() };
  const view = new LiveView(output, 'en');
  view.watch(run, examplePlan());
  for (const one of seconds) run.seconds.emit(one);
  mock.timers.tick(250);
  return { view, run, text: () => text };
}

test('a terminal shows one screen, in place of the one before', (t) => {
  const { view, text } = shown(t, true, [second(0), second(1)]);
  assert.match(text(), /Users 10 {3}in flight 4 {3}dropped 2/);
  assert.match(text(), /So far 200 requests, 6 failed \(3 %\)/);
  assert.match(text(), /naive only: there is no schedule/);
  assert.match(text(), /Home +200 +6 +100 +2\.00 +30\.0 +400/);
  const height = text().split('\n').length - 1;
  mock.timers.tick(250);
  assert.ok(text().includes(`\x1b[${height}A`), 'it goes up by as many lines as it has written');
  view.close();
  assert.ok(text().endsWith(`\x1b[${height}A\r\x1b[J`), 'and leaves nothing behind');
});

test('times are corrected where there is a schedule, and naive beside', (t) => {
  const corrected = { p50: 7_000, p95: 8_000, p99: 9_000, max: 9_500 };
  const { text } = shown(t, true, [second(0, { total: { ...total, corrected } })]);
  assert.match(text(), /corrected +p50 +7,000 .*\n.*naive +p50 +2\.00/);
});

test('a generator near its limits says so', (t) => {
  const generator = { cpu: 0.2, loop: 0.97, sendLagMs: 1 };
  assert.match(shown(t, true, [second(0, { generator })]).text(), /! it is near its limits/);
});

test('a low terminal is not scrolled', (t) => {
  const { text } = shown(t, true, [second(0)], 6);
  assert.equal(text().split('\n').length - 1, 5);
});

test('elsewhere there is a line for each second, without anything that moves a cursor', (t) => {
  const { text, view, run } = shown(t, false, [second(0), second(1)]);
  const lines = text().trimEnd().split('\n');
  assert.equal(lines.length, 2);
  assert.match(
    lines[1] ?? '',
    /^ +2 s {2}10 users, 100\/s, 3\/s failed, p50 2\.00 ms, p99 400 ms, 2 dropped$/,
  );
  assert.ok(!text().includes('\x1b'));
  view.close();
  run.seconds.emit(second(2));
  assert.equal(text().trimEnd().split('\n').length, 2);
});

test('how long a plan goes on is known where it does not depend on the answers', () => {
  const plan = examplePlan();
  const withLoad = (load: object) => ({
    ...plan,
    groups: plan.groups.map((group) => ({ ...group, load: { ...group.load, ...load } as typeof group.load })),
  });
  assert.equal(plannedMs(plan), 3_000);
  assert.equal(plannedMs(withLoad({ delayMs: '500' })), 3_500);
  assert.equal(plannedMs(withLoad({ durationMs: undefined, loops: '3' })), undefined);
  const stages = [{ fromRate: 1, toRate: 2, durationMs: 700 }];
  assert.equal(plannedMs(withLoad({ model: 'open', stages })), 700);
});
