import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backendName, backendOf, modelOf, serverOf } from '../../../tests/support/lb/models.ts';
import { runtimeApiPeer } from '../../../tests/support/lb/runtime-api-peer.ts';
import type { Server } from '../model.ts';
import { EntryBook } from './entries.ts';
import { LiveServers, type WantedServers } from './live-servers.ts';
import { proxyName, serverName } from './names.ts';

const proxy = proxyName(backendName);
const [a, b, c] = ['a', 'b', 'c'].map((name) => serverOf({ name, port: 1 })) as [Server, Server, Server];
const nameOf = (server: Server) => `${proxy}/${serverName(server)}`;

async function house(t: TestContext, servers: readonly Server[], answer?: (command: string) => string) {
  const { api, commands } = await runtimeApiPeer(t, answer);
  const book = new EntryBook();
  const wanted = (list: readonly Server[]): WantedServers => {
    const entries = book.of(modelOf([], [backendOf(list)]));
    return new Map(
      [...entries].map(([name, all]) => [name, all.map((entry) => ({ entry, admin: 'ready' as const }))]),
    );
  };
  const live = new LiveServers(api, wanted(servers));
  await live.sync(wanted(servers));
  live.takeTouched();
  const sync = async (list: readonly Server[]) => {
    commands.length = 0;
    const problems = await live.sync(wanted(list));
    return { commands: [...commands], problems };
  };
  return { live, sync, commands };
}

test('of many servers only what differs is told, and known afterwards', async (t) => {
  const { live, sync } = await house(t, [a, b]);
  assert.deepEqual((await sync([a, { ...b }])).commands, []);
  assert.deepEqual([...live.takeTouched()], []);
  const { commands } = await sync([a, { ...b, weight: 7 }]);
  assert.deepEqual(commands, [`set server ${nameOf(b)} weight 7`]);
  assert.deepEqual([...live.takeTouched()], [[proxy, new Set([serverName(b)])]]);
  assert.deepEqual([...live.takeTouched()], []);
});

test('who enters is added, and who leaves goes into maintenance and then away', async (t) => {
  let isUsed = true;
  const { live, sync, commands } = await house(t, [a, b], (command) =>
    command.startsWith('del') ? (isUsed ? 'still has connections' : 'Server deleted.') : '',
  );
  const entered = await sync([b, c]);
  assert.match(entered.commands[0] ?? '', new RegExp(`^add server ${nameOf(c)} `));
  assert.equal(entered.commands.at(-1), `set server ${nameOf(a)} state maint`);
  assert.equal(live.serverOf(backendName, serverName(a)), undefined);
  assert.equal(live.serverOf(backendName, serverName(c)), c);
  commands.length = 0;
  await live.sweep();
  isUsed = false;
  await live.sweep();
  await live.sweep();
  assert.deepEqual(commands, [`del server ${nameOf(a)}`, `del server ${nameOf(a)}`]);
  assert.match((await sync([a, b, c])).commands[0] ?? '', new RegExp(`^add server ${nameOf(a)} `));
});

test('who comes back before it was deleted serves again', async (t) => {
  const { sync } = await house(t, [a, b]);
  await sync([b]);
  assert.deepEqual((await sync([a, b])).commands, [`set server ${nameOf(a)} state ready`]);
});

test('what HAProxy refused is a problem, and is tried again', async (t) => {
  let refuses = true;
  const { sync } = await house(t, [a], (command) =>
    refuses && /^add|weight 9$/.test(command) ? 'Out of memory.' : '',
  );
  const heavier = { ...a, weight: 9 };
  const { problems } = await sync([heavier, b]);
  assert.deepEqual(
    problems.map(({ subject, kind }) => [subject, kind]),
    [
      [backendName, 'server'],
      [backendName, 'server'],
    ],
  );
  refuses = false;
  const again = await sync([heavier, b]);
  assert.deepEqual(again.problems, []);
  assert.ok(again.commands.includes(`set server ${nameOf(a)} weight 9`));
  assert.ok(again.commands.some((command) => command.startsWith(`add server ${nameOf(b)} `)));
});
