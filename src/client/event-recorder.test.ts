import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeApi } from '../../tests/support/fake-api.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from './client.ts';
import { EventRecorder } from './event-recorder.ts';
import { pods } from './resources.ts';

async function setUp() {
  const api = new FakeApi();
  const client = new Client(api);
  const clock = new FakeClock();
  const recorder = new EventRecorder({ client, clock, logger: silentLogger, component: 'tester' });
  const pod = await client
    .resource(pods, 'shop')
    .create({ metadata: { name: 'web' }, spec: { containers: [] } });
  return { api, clock, recorder, pod, events: () => api.all('events') };
}

test('an event names its object, its source and its times', async () => {
  const { recorder, pod, events } = await setUp();
  recorder.from('kubelet').event(pod, 'Warning', 'BackOff', 'again');
  await recorder.flush();
  const [event] = events();
  assert.match(String(event?.metadata.name), /^web\.[0-9a-f]+$/);
  assert.equal(event?.metadata.namespace, 'shop');
  assert.deepEqual(event?.involvedObject, {
    apiVersion: 'v1',
    kind: 'Pod',
    name: 'web',
    namespace: 'shop',
    uid: pod.metadata.uid,
    resourceVersion: pod.metadata.resourceVersion,
  });
  assert.deepEqual(event?.source, { component: 'kubelet' });
  assert.deepEqual(
    [event?.type, event?.reason, event?.message, event?.count],
    ['Warning', 'BackOff', 'again', 1],
  );
  assert.equal(event?.firstTimestamp, '2030-01-01T00:00:00Z');
});

test('the same event again raises its count', async () => {
  const { clock, recorder, pod, events } = await setUp();
  recorder.event(pod, 'Normal', 'Pulled', 'same');
  await recorder.flush();
  clock.advance(5_000);
  recorder.event(pod, 'Normal', 'Pulled', 'same');
  await recorder.flush();
  assert.equal(events().length, 1);
  assert.equal(events()[0]?.count, 2);
  assert.equal(events()[0]?.firstTimestamp, '2030-01-01T00:00:00Z');
  assert.equal(events()[0]?.lastTimestamp, '2030-01-01T00:00:05Z');
});

test('an event that expired meanwhile is made again with its count', async () => {
  const { api, recorder, pod, events } = await setUp();
  recorder.event(pod, 'Normal', 'Pulled', 'same');
  await recorder.flush();
  const [event] = events();
  await api.request({ method: 'DELETE', path: `/api/v1/namespaces/shop/events/${event?.metadata.name}` });
  recorder.event(pod, 'Normal', 'Pulled', 'same');
  await recorder.flush();
  assert.equal(events()[0]?.count, 2);
});

test('more than ten different messages with one reason become one event', async () => {
  const { recorder, pod, events } = await setUp();
  for (let i = 0; i < 15; i++) recorder.event(pod, 'Normal', 'SuccessfulCreate', `Created pod: web-${i}`);
  await recorder.flush();
  assert.equal(events().length, 11);
  const combined = events().filter(({ message }) => message.startsWith('(combined from similar events): '));
  assert.equal(combined.length, 1);
  assert.equal(combined[0]?.count, 5);
});

test('an object that keeps shouting is throttled to one event in five minutes, others are not', async () => {
  const { clock, recorder, pod, events } = await setUp();
  for (let i = 0; i < 100; i++) recorder.event(pod, 'Normal', `Reason${i}`, 'text');
  await recorder.flush();
  assert.equal(events().length, 25);
  recorder.event({ ...pod, metadata: { ...pod.metadata, name: 'other', uid: 'x' } }, 'Normal', 'A', 'text');
  clock.advance(300_000);
  recorder.event(pod, 'Normal', 'Later', 'text');
  recorder.event(pod, 'Normal', 'TooSoon', 'text');
  await recorder.flush();
  assert.equal(events().length, 27);
});

test('a message is cut at 1,024 bytes without breaking a character', async () => {
  const { recorder, pod, events } = await setUp();
  recorder.event(pod, 'Normal', 'Long', `a${'ñ'.repeat(1000)}`);
  await recorder.flush();
  assert.equal(events()[0]?.message, `a${'ñ'.repeat(511)}`);
});

test('an API that refuses or is gone costs the caller nothing', async () => {
  const { api, recorder, pod, events } = await setUp();
  api.intercept = () => {
    throw new Error('connection refused');
  };
  recorder.event(pod, 'Normal', 'Lost', 'text');
  await recorder.flush();
  api.intercept = () => {};
  recorder.event(pod, 'Normal', 'Kept', 'text');
  await recorder.close();
  recorder.event(pod, 'Normal', 'TooLate', 'text');
  await recorder.close();
  assert.deepEqual(
    events().map(({ reason }) => reason),
    ['Kept'],
  );
});
