import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePod } from '../../../tests/support/objects.ts';
import type { Backend, LbModel } from '../../lb/model.ts';
import { Departures } from './departures.ts';

/** Backends by name, with the ids of their servers. */
function model(backends: Record<string, string[]>): LbModel {
  const found = Object.entries(backends).map(([name, ids]) => ({ name, servers: ids.map((id) => ({ id })) }));
  return {
    frontends: [],
    backends: found as unknown as Backend[],
    certificates: [],
    secrets: { cookieKey: '', ticketKeys: [] },
  };
}

const now = Date.UTC(2030, 0, 1);
const pod = makePod('a');
const { uid } = pod.metadata;

function uids(departures: Departures): string[] {
  return departures.list.map((one) => one.uid);
}

test('a pod in no backend may end at once', () => {
  const departures = new Departures();
  assert.equal(departures.update(model({ web: ['other'] }), [pod], now), true);
  assert.deepEqual(departures.list, [{ uid, time: '2030-01-01T00:00:00.000000Z' }]);
});

test('a pod may end when all of its backends have let it go', () => {
  const departures = new Departures();
  const both = model({ web: [uid], api: ['other', uid] });
  assert.equal(departures.update(both, [pod], now), false);
  departures.left('web', uid);
  departures.left('web', uid);
  assert.equal(departures.update(both, [pod], now), false);
  departures.left('api', uid);
  assert.equal(departures.update(both, [pod], now), true);
  assert.deepEqual(uids(departures), [uid]);
});

test('what the engine says before its model is known to be in force counts when it is', () => {
  const departures = new Departures();
  const before = model({ web: [uid] });
  departures.update(before, [], now);
  departures.left('web', uid);
  assert.equal(departures.update(before, [], now), false);
  assert.equal(departures.update(model({ web: [uid] }), [pod], now), true);
  assert.deepEqual(uids(departures), [uid]);
});

test('what is said twice changes nothing, and keeps its time', () => {
  const departures = new Departures();
  departures.update(model({}), [pod], now);
  assert.equal(departures.update(model({}), [pod], now + 5_000), false);
  assert.equal(departures.list[0]?.time, '2030-01-01T00:00:00.000000Z');
});

test('what was said stays when the pod is found in another backend', () => {
  const departures = new Departures();
  departures.update(model({}), [pod], now);
  assert.equal(departures.update(model({ late: [uid] }), [pod], now), false);
  assert.deepEqual(uids(departures), [uid]);
});

test('a pod that is gone is forgotten', () => {
  const departures = new Departures();
  departures.update(model({}), [pod, makePod('b')], now);
  assert.equal(departures.update(model({}), [makePod('b')], now), true);
  assert.deepEqual(uids(departures), ['uid-default-b']);
});
