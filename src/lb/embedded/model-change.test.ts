import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backendOf, frontendOf, modelOf, serverOf } from '../../../tests/support/lb/models.ts';
import type { LbModel } from '../model.ts';
import { changed, changeOf, emptyModel } from './model-change.ts';

const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const aServer = fc
  .record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), weight: fc.integer({ min: 0, max: 2 }) })
  .map(({ name, weight }) => serverOf({ name, port: 80 }, { weight }));

const aBackend = fc
  .record({
    name: fc.constantFrom('x', 'y', 'z'),
    servers: fc.uniqueArray(aServer, { selector: ({ id }) => id }),
    maxconn: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
  })
  .map(({ name, servers, maxconn }) => backendOf(servers, { name, maxconn }));

const aModel: fc.Arbitrary<LbModel> = fc
  .record({
    ports: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
    backends: fc.uniqueArray(aBackend, { selector: ({ name }) => name }),
    accessLog: fc.constantFrom(undefined, { format: 'json', file: '/log' } as const),
  })
  .map(({ ports, backends, accessLog }) =>
    modelOf(
      ports.map((port) => frontendOf(port)),
      backends,
      { accessLog },
    ),
  );

test('whatever a model becomes, its change makes the next one of it', () => {
  fc.assert(
    fc.property(fc.array(aModel, { minLength: 1, maxLength: 5 }), (models) => {
      let told = emptyModel;
      let former = emptyModel;
      for (const next of models) {
        told = changed(told, overTheWire(changeOf(former, next)));
        former = next;
        assert.deepEqual(overTheWire(told), overTheWire(next));
      }
    }),
  );
});

test('of a thousand servers one that changes is told alone, and the others stay the same objects', () => {
  const servers = Array.from({ length: 1_000 }, (_, n) => serverOf({ name: `server-${n}`, port: n }));
  const former = modelOf([frontendOf(1)], [backendOf(servers)]);
  const other = servers.map((server, n) => (n === 500 ? { ...server, weight: 7 } : { ...server }));
  const change = changeOf(former, modelOf([frontendOf(1)], [backendOf(other)]));
  assert.ok(JSON.stringify(change).length < 500);
  const model = changed(former, overTheWire(change));
  assert.equal(model.frontends, former.frontends);
  const [backend] = model.backends;
  assert.equal(backend?.servers.filter((server, n) => server === servers[n]).length, 999);
  assert.equal(backend?.servers[500]?.weight, 7);
});

test('a model that stays the same is told in no words', () => {
  const model = () => modelOf([frontendOf(1)], [backendOf([serverOf({ name: 'a', port: 1 })])]);
  assert.equal(JSON.stringify(changeOf(model(), model())), '{}');
});
