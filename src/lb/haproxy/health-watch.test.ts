import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backendName, backendOf, modelOf, quickCheck, serverOf } from '../../../tests/support/lb/models.ts';
import type { Server } from '../model.ts';
import { HealthWatch } from './health-watch.ts';
import { proxyName, serverName } from './names.ts';
import type { Sample } from './sample.ts';
import { sampleKey } from './sample.ts';
import { parseStat } from './stat-rows.ts';
import type { Told } from './told.ts';

const proxy = proxyName(backendName);
const servers = ['a', 'b'].map((name) => serverOf({ name, port: 1 })) as [Server, Server];
const [a, b] = servers;
const backend = backendOf(servers, { check: quickCheck });

/** Rows of servers with these states. */
function sampleOf(...states: readonly [Server, string][]): Sample {
  const lines = states.map(([server, status]) => `${proxy},${serverName(server)},${status},1,2`);
  const rows = parseStat(['# pxname,svname,status,weight,type', ...lines].join('\n'));
  return { rows: new Map(rows.map((row) => [sampleKey(row.proxy, row.name), row])), upgrades: new Map() };
}

function watchOf() {
  const told: string[] = [];
  const watch = new HealthWatch((event: Told) => {
    if (event.type === 'server') told.push(`${event.server} ${event.change}`);
    if (event.type === 'sorry') told.push(event.due ? 'sorry' : 'not sorry');
  });
  return { watch, told };
}

test('who was not looked at is as it was', () => {
  const { watch, told } = watchOf();
  watch.look(backend, servers, sampleOf([a, 'UP'], [b, 'DOWN']));
  watch.look(backend, [a], sampleOf([a, 'DOWN']));
  watch.look(backend, [], sampleOf());
  assert.deepEqual(told, ['uid-b down', 'uid-a down', 'sorry']);
  assert.equal(watch.isServing(backendName, b.id), false);
  watch.look(backend, [b], sampleOf([b, 'UP 1/2']));
  assert.deepEqual(told.slice(3), ['uid-b up', 'not sorry']);
  assert.equal(watch.isServing(backendName, b.id), true);
});

test('a server that left serves nobody any more', () => {
  const { watch, told } = watchOf();
  watch.look(backend, servers, sampleOf([a, 'UP'], [b, 'DOWN']));
  const smaller = { ...backend, servers: [b] };
  watch.update(modelOf([], [smaller]));
  watch.look(smaller, [], sampleOf());
  assert.deepEqual(told, ['uid-b down', 'sorry']);
});
