import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '../../lb/engine.ts';
import type { Backend, LbModel } from '../../lb/model.ts';
import { EngineEvents } from './engine-events.ts';

const of = { at: 0, backend: 'default/web:http' };

function model(...servers: { id: string; name: string }[]): LbModel {
  return { backends: [{ name: of.backend, servers } as unknown as Backend] } as unknown as LbModel;
}

const some = model({ id: 'uid-a', name: 'web-1' });

const table: [event: EngineEvent, expected: string | undefined][] = [
  [
    { ...of, type: 'sorry', due: true },
    'Warning NoServers no server of 1 is usable: users see the sorry page',
  ],
  [{ ...of, type: 'sorry', due: false }, undefined],
  [
    { ...of, type: 'backups', active: 1, wanted: 2, reason: 'busy' },
    'Normal BackupsChanged backups that serve: 1, wanted: 2 (busy)',
  ],
  [
    { ...of, type: 'server', server: 'uid-a', change: 'down', reason: 'L4CON' },
    'Warning ServerOut web-1 gets no requests: L4CON',
  ],
  [
    { ...of, type: 'server', server: 'uid-b', change: 'ejected', reason: 'x' },
    'Warning ServerOut uid-b gets no requests: x',
  ],
  [{ ...of, type: 'server', server: 'uid-a', change: 'up', reason: 'L7OK' }, undefined],
  [{ ...of, type: 'departed', server: 'uid-a' }, undefined],
  [{ at: 0, type: 'problems', problems: [] }, undefined],
];
for (const [event, expected] of table) {
  test(`${JSON.stringify(event)} is told as ${expected}`, () => {
    const telling = new EngineEvents().tellingOf(event, some);
    assert.equal(telling && `${telling.type} ${telling.reason} ${telling.message}`, expected);
    if (telling) assert.equal(telling.key, 'default/web');
  });
}

test('that somebody serves again is news to those who heard that nobody did', () => {
  const events = new EngineEvents();
  const reason = (due: boolean, at = some) => events.tellingOf({ ...of, type: 'sorry', due }, at)?.reason;
  assert.deepEqual([reason(true), reason(false), reason(false)], ['NoServers', 'Serving', undefined]);
  assert.deepEqual([reason(true, model()), reason(false)], [undefined, undefined]);
});
