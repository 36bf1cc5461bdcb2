import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runtimeApiPeer } from '../../../tests/support/lb/runtime-api-peer.ts';
import { LiveMaps, mapCommands } from './live-maps.ts';

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

test('a map that the process has never heard of is not told of again', async (t) => {
  const { api, commands } = await runtimeApiPeer(t, (command) =>
    command.includes('unused.map') ? 'Unknown map identifier. Please use #<id> or <name>.' : '',
  );
  const maps = new LiveMaps(api, new Map());
  for (const value of ['1', '2'])
    await maps.sync(
      new Map([
        ['used.map', new Map([['a', value]])],
        ['unused.map', new Map([['a', value]])],
      ]),
    );
  assert.deepEqual(commands, ['add map used.map a 1', 'add map unused.map a 1', 'set map used.map a 2']);
});
