import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapCommands } from './live-maps.ts';

test('only what differs is told, and what comes is there before something goes', () => {
  const before = new Map([
    ['a', '1'],
    ['b', '2'],
    ['c', '3'],
  ]);
  const wanted = new Map([
    ['a', '1'],
    ['b', '4'],
    ['d', '5'],
  ]);
  assert.deepEqual(mapCommands('x.map', before, wanted), [
    'set map x.map b 4',
    'add map x.map d 5',
    'del map x.map c',
  ]);
  assert.deepEqual(mapCommands('x.map', wanted, wanted), []);
});

test('a semicolon does not begin another command', () => {
  const [command] = mapCommands('x.map', undefined, new Map([['/a;shutdown', 'b\\c']]));
  assert.equal(command, 'add map x.map /a\\;shutdown b\\\\c');
});
