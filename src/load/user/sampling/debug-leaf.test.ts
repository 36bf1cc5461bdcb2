import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closed, group, http, plan, UserWorld } from '../../../../tests/support/load/user-world.ts';
import { SampleStore } from '../../../drill/accounting/sample-store.ts';
import { RecentSamples } from '../../../drill/run/recent-samples.ts';
import type { DebugStep } from '../../plan/plan.ts';

const debug = (more: Partial<DebugStep> = {}): DebugStep => ({
  ...{ type: 'debug', name: 'Look', at: 'Look', shows: ['variables', 'properties'] },
  ...{ timers: [], extractors: [], assertions: [], ...more },
});

test('it is a good sample of what the user knows, and is checked and extracted from as others are', async () => {
  const look = debug({
    extractors: [
      { type: 'boundary', variable: 'v', left: 'a=', right: '\n', match: '1', field: 'body', scope: 'main' },
    ],
    assertions: [{ type: 'size', name: 'size', of: 'body', operator: '>', bytes: '10', scope: 'main' }],
  });
  const variables = [
    { name: 'a', value: '7' },
    { name: 'password', value: 'opensesame' },
  ];
  const whole = plan([group([look, http('A${v}')])], { variables });
  const properties = new Map([['p', 'x']]);
  const world = await new UserWorld(whole, { keepDetail: () => true, properties }).run();
  const [sample] = world.samples;
  assert.equal(world.labels, 'Look A7');
  assert.deepEqual([sample?.success, sample?.code, sample?.loadId], [true, '200', undefined]);
  const text = sample?.detail?.response ?? '';
  assert.match(text, /^JMeterVariables:\n.*\na=7\npassword=\*\*\*\n\nJMeterProperties:\np=x\n\n$/s);
});

test('nothing is sent for it: it is no request of a drill, and what was due is the next one', async () => {
  const stages = [{ fromRate: 100, toRate: 100, durationMs: 50 }];
  const load = { model: 'open', arrivals: 'even', maxUsers: 5, stages } as const;
  const world = await new UserWorld(group([debug(), http('A')], { load })).run();
  const looks = world.samples.filter(({ label }) => label === 'Look');
  const asked = world.samples.filter(({ label }) => label === 'A');
  assert.ok(looks.length > 2);
  assert.deepEqual([world.sent.length, world.lags.length], [asked.length, asked.length]);
  assert.ok(looks.every(({ dueAt }) => dueAt === undefined));
  assert.ok(asked.every(({ dueAt }) => dueAt !== undefined));
  const store = new SampleStore('run');
  const recent = new RecentSamples(1_000, 1_000);
  store.addAll(world.samples);
  recent.add(world.samples);
  assert.deepEqual([store.size, recent.count], [asked.length, asked.length]);
});

test('one that is repeated without end leaves others their turn, and ends with its group', async () => {
  const whole = group([debug()], { load: closed({ loops: '-1', durationMs: '3' }) });
  const world = await new UserWorld(whole).run();
  assert.ok(world.samples.length > 0);
});
