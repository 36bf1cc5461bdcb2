// Measures that need the balancer's records or its events.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordOf, Story } from '../../../tests/support/drill/story.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { backupsUsed, transitions } from './backups.ts';
import { duplicates } from './duplicates.ts';
import { sessionsMoved } from './sessions-moved.ts';
import { always } from './window.ts';

const server = (
  type: 'server-out' | 'server-in' | 'server-departing',
  subject: string,
  at: number,
): TimelineEvent => ({
  ...{ type, subject, at, uncertaintyMs: 10, text: '', source: 'balancer' },
});
const backups = (at: number, active: number, subject = 'default/web:http'): TimelineEvent => ({
  ...{
    type: 'backups',
    at,
    active,
    wanted: active,
    uncertaintyMs: 10,
    text: '',
    source: 'balancer',
    subject,
  },
});

function movedOf(story: Story, events: readonly TimelineEvent[] = [], window = always) {
  return sessionsMoved({ samples: story.samples, records: story.records, events, window }).value;
}

function visits(
  user: string,
  story: Story,
  ...servers: readonly [at: number, server: string, more?: object][]
): void {
  for (const [startedAt, name, more] of servers) story.add({ user, startedAt }, { server: name, ...more });
}

test('a user who is sent elsewhere while the server could serve has moved, once', () => {
  const story = new Story();
  visits('one', story, [0, 'a'], [1_000, 'b'], [2_000, 'a']);
  visits('two', story, [0, 'b'], [1_000, 'b']);
  assert.equal(movedOf(story), 1);
  assert.equal(movedOf(story, [], { from: 3_000, to: 4_000 }), undefined);
});

test('who lost a server that was out, that departed or that failed has not', () => {
  const of = (events: readonly TimelineEvent[], more: object = {}) => {
    const story = new Story();
    visits('one', story, [0, 'a'], [1_000, 'b', more]);
    return movedOf(story, events);
  };
  assert.equal(of([server('server-out', 'a', 500)]), 0);
  assert.equal(of([server('server-out', 'a', 1_050)]), 0);
  assert.equal(of([server('server-departing', 'a', 500), server('server-out', 'a', 600)]), 0);
  assert.equal(of([], { retries: 1, redispatched: true }), 0);
  assert.equal(of([server('server-out', 'a', 300), server('server-in', 'a', 500)]), 1);
  assert.equal(of([server('server-out', 'c', 500)]), 1);
  assert.equal(of([server('server-out', 'a', 5_000)]), 1);
});

test('without records nobody knows', () => {
  const { samples } = new Story();
  assert.equal(sessionsMoved({ samples, events: [], window: always }).value, undefined);
  assert.equal(duplicates(samples, undefined, always).value, undefined);
});

test('a request with two records of servers was carried out twice; its redirect was not', () => {
  const story = new Story();
  const [twice, redirected] = [story.add({}), story.add({}), story.add({})];
  const id = (index: number | undefined) => story.samples.loadId(index ?? -1);
  story.records.add(recordOf({ loadId: `${id(twice)}`, server: 'b' }), 0);
  story.records.add(recordOf({ loadId: `${id(redirected)}.1` }), 0);
  assert.equal(duplicates(story.samples, story.records, always).value, 1);
});

test('one that came to no server the first time was not, and one that must not be repeated was', () => {
  const story = new Story();
  const once = story.add({});
  story.records.add(
    recordOf({
      loadId: `${story.samples.loadId(once)}`,
      server: undefined as unknown as string,
      outcome: 'sorry',
    }),
    0,
  );
  assert.equal(duplicates(story.samples, story.records, always).value, 0);
  story.add({ isRepeated: true }, { method: 'GET' });
  assert.equal(duplicates(story.samples, story.records, always).value, 0);
  story.add({ isRepeated: true }, { method: 'POST' });
  assert.equal(duplicates(story.samples, story.records, always).value, 1);
});

test('the most backups at once, and each that came or went', () => {
  const events = [backups(100, 1), backups(200, 3), backups(300, 0), backups(400, 1, 'other')];
  assert.equal(backupsUsed(events, always).value, 3);
  assert.equal(transitions(events, always).value, 7);
  assert.equal(backupsUsed(events, { from: 150, to: 180 }).value, 1);
  assert.equal(transitions(events, { from: 150, to: 250 }).value, 2);
  assert.equal(backupsUsed([], always).value, 0);
  assert.equal(backupsUsed([], always, true).value, undefined);
});
