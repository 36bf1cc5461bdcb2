import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault, Story } from '../../../tests/support/drill/story.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { type StatesUntil, statesUntil } from './states-until.ts';

function sorry(at: number, due: boolean, uncertaintyMs = 0, subject = 'web'): TimelineEvent {
  return { at, uncertaintyMs, source: 'balancer', type: 'sorry', due, subject, text: '' };
}

function untilOf(undoneAt: number, { samples, records }: Story, events?: TimelineEvent[]): StatesUntil {
  return statesUntil(undoneAt, { samples, records, ...(events ? { events } : {}) });
}

function sorryUntil(undoneAt: number, events: TimelineEvent[], story = new Story()): number {
  return untilOf(undoneAt, story, events)['none-usable'];
}

const page = { success: false, code: '503', message: 'Service Unavailable' };
const answered = { status: 503, server: undefined };

function shed(story: Story, ...moments: number[]): void {
  for (const startedAt of moments)
    story.add({ ...page, startedAt, outcome: 'shed' }, { ...answered, outcome: 'shed' });
}

test('the sorry page lasts as long as it may have lasted', () => {
  const events = [sorry(1_000, true), sorry(2_000, false), sorry(5_000, true), sorry(9_000, false, 400)];
  assert.equal(sorryUntil(8_000, events), 9_400);
  assert.equal(sorryUntil(9_200, events), 9_400, 'perhaps it was over only then');
  assert.equal(sorryUntil(9_500, events), 9_500 + 2 * 400, 'it was over; so far apart are the looks');
});

test('a sorry page that comes after the undo is of something else', () => {
  const [first, second] = [sorry(1_000, true), sorry(2_000, false)];
  const outage = [sorry(60_000, true), sorry(65_000, false)];
  assert.equal(sorryUntil(1_500, [first, second, ...outage]), 2_000);
  assert.equal(sorryUntil(3_000, [first, second, ...outage]), 3_000);
  assert.equal(sorryUntil(3_000, outage), 3_000);
  assert.equal(sorryUntil(3_000, []), 3_000);
  assert.equal(sorryUntil(3_000, [first, second, sorry(60_000, true)]), 3_000);
});

test('one that was due all the time, or that may be due at the undo, is the one of the undo', () => {
  assert.equal(sorryUntil(1_500, [sorry(2_000, false)]), 2_000);
  assert.equal(sorryUntil(1_500, [sorry(1_600, true, 200), sorry(2_000, false)]), 2_000);
});

test('one that is never over lasts to the end, and of several backends the last counts', () => {
  const story = new Story();
  story.good(0, 20_000);
  assert.equal(sorryUntil(1_500, [sorry(1_000, true)], story), story.samples.latest);
  const other = [sorry(1_000, true, 0, 'tls'), sorry(7_000, false, 0, 'tls')];
  assert.equal(
    sorryUntil(1_500, [sorry(1_000, true), ...other.slice(0, 1), sorry(2_000, false), ...other.slice(1)]),
    7_000,
  );
});

test('a backlog lasts to the last full queue before requests go well again', () => {
  const story = new Story();
  story.good(0, 90_000);
  shed(story, 9_000, 10_500, 12_000, 72_000);
  assert.equal(untilOf(10_000, story)['queue-full'], 12_000);
  assert.equal(untilOf(13_000, story)['queue-full'], 13_000, 'there was no backlog any more');
});

test('without anybody who is served nothing goes well', () => {
  const story = new Story();
  shed(story, 10_500, 18_000);
  story.good(18_100, 40_000);
  shed(story, 41_000);
  assert.equal(untilOf(10_000, story)['queue-full'], 18_000);
});

test('where nobody looked at the balancer the sorry page is over when requests go well again', () => {
  const story = new Story();
  story.good(0, 90_000);
  for (const startedAt of [10_500, 72_000])
    story.add({ ...page, startedAt, outcome: 'sorry' }, { ...answered, outcome: 'sorry' });
  assert.equal(untilOf(10_000, story)['none-usable'], 10_500);
});

test('a full queue a minute after a surge was taken back is not its doing', () => {
  const story = new Story();
  story.good(0, 90_000);
  shed(story, 9_000, 10_500, 72_000);
  const surge = fault(8_000, { states: ['queue-full'] }, { statesUntil: untilOf(10_000, story) });
  const { unattributed, faultOf } = story.attribute([surge]);
  assert.equal(unattributed, 1);
  assert.equal(faultOf(story.samples.size - 1), -1);
});
