import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backendOf, frontendOf, modelOf, serverOf } from '../../../tests/support/lb/models.ts';
import type { Backend, Frontend } from '../model.ts';
import type { Setting } from './config/configuration.ts';
import { structureOf } from './config/configuration.ts';
import { Derived, derivedMaps, derivedStructure } from './derived.ts';
import { EntryBook } from './entries.ts';

function settingOf(names: string, backend: Partial<Backend> = {}, frontend: Partial<Frontend> = {}): Setting {
  const servers = [...names].map((name) => serverOf({ name, port: 1 }));
  const model = modelOf([frontendOf(80, frontend)], [backendOf(servers, backend)]);
  return { model, binds: new Map(), threads: 1, entries: new EntryBook().of(model) };
}

test('it is made anew when its basis differs, and only then', () => {
  const made: string[] = [];
  const derived = new Derived(
    ({ model }) => ({ balance: model.backends[0]?.balance }),
    ({ model }) => made.push(model.backends[0]?.balance ?? ''),
  );
  for (const balance of ['random', 'random', 'first', 'random'] as const)
    derived.of(settingOf('a', { balance }));
  assert.deepEqual(made, ['random', 'first', 'random']);
});

test('the structure is that of every setting, whatever came before', () => {
  const structure = derivedStructure();
  const settings = [
    ...[settingOf('ab'), settingOf('bc'), settingOf('bc', { balance: 'first' })],
    ...[settingOf('cb', { balance: 'first' }), settingOf('cb', {}, { maxconn: 7 }), settingOf('ab')],
  ];
  for (const setting of settings) assert.equal(structure.of(setting), structureOf(setting));
  assert.equal(structure.of(settingOf('xyz')), structure.of(settingOf('ab')));
});

test('maps stay the same while only servers come and go, unless users are kept by their names', () => {
  const maps = derivedMaps();
  assert.equal(maps.of(settingOf('ab')), maps.of(settingOf('bc')));
  const persistence = { name: 'SRV', mode: 'insert' as const };
  const sizes = ['ab', 'abc'].map((names) =>
    [...maps.of(settingOf(names, { persistence })).values()].map(({ size }) => size),
  );
  assert.notDeepEqual(sizes[0], sizes[1]);
});
