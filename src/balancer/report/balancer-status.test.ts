import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeEngine } from '../../../tests/support/fake-engine.ts';
import { balancerSchema } from '../../api/relevo/balancer-schema.ts';
import { validateStructure } from '../../api/schema/structural.ts';
import { findUnknownFields } from '../../api/schema/unknown-fields.ts';
import type { BackendStats, EngineStats, ServerStats } from '../../lb/engine.ts';
import type { Backend, LbModel, Server } from '../../lb/model.ts';
import { reportOf } from './balancer-status.ts';
import { departuresAwaited } from './departures-awaited.ts';

async function statsOf(backends: Record<string, number>): Promise<EngineStats> {
  const engine = new FakeEngine();
  const server = (index: number): Server => ({
    ...{ id: `uid-${index}`, name: `pod-${index}`, address: '10.1.0.1', port: 80 },
    ...{ role: 'primary', weight: 1.5, state: index === 0 ? 'maint' : 'ready', node: 'n' },
  });
  const found = Object.entries(backends).map(([name, count]) => ({
    name,
    servers: Array.from({ length: count }, (_, index) => server(index)),
  }));
  await engine.apply({ backends: found as unknown as Backend[] } as unknown as LbModel);
  return engine.stats();
}

const about = { engine: 'embedded', version: '1' };

test('a report has what its schema has', async () => {
  const problems = [{ subject: 'web', kind: 'bind', message: 'taken' } as const];
  const status = reportOf(about, await statsOf({ web: 2 }), problems, undefined);
  const departures = [{ uid: 'u', time: '2030-01-01T00:00:00.000000Z' }];
  const object = { status: { ...status, departures, conditions: [departuresAwaited([], undefined, 0)] } };
  assert.deepEqual(validateStructure(balancerSchema, object), []);
  assert.deepEqual(findUnknownFields(balancerSchema, object), []);
  assert.deepEqual(status.totals, { backends: 1, servers: 2, active: 1, sorry: 0 });
  assert.deepEqual(status.backends[0]?.servers[1], {
    ...{ id: 'uid-1', name: 'pod-1', address: '10.1.0.1:80', node: 'n', role: 'primary', state: 'ready' },
    ...{ health: 'unchecked', ejected: false, active: true, weight: 2 },
  });
});

test('a server that gets nothing new has the reason with it', async () => {
  const stats = await statsOf({ web: 1 });
  const [backend] = stats.backends;
  const [server] = backend?.servers ?? [];
  assert.ok(backend && server);
  const wish = { id: 'uid-0', state: 'maint', reason: 'not ready' };
  const model = { backends: [{ name: 'web', servers: [wish] }] } as unknown as LbModel;
  const reasonOf = (more: Partial<ServerStats>) => {
    const backends = [{ ...backend, servers: [{ ...server, ...more }] }];
    return reportOf(about, { ...stats, backends }, [], model).backends[0]?.servers[0]?.reason;
  };
  assert.equal(reasonOf({}), 'not ready');
  assert.equal(reasonOf({ state: 'departing' }), 'departing', 'the engine may be ahead of the model');
  assert.equal(reasonOf({ state: 'ready', health: 'down', checkStatus: 'L4CON' }), 'check L4CON');
  const badAnswer = { health: 'down', checkStatus: 'L7STS', checkCode: 500 } as const;
  assert.equal(reasonOf({ state: 'ready', ...badAnswer }), 'check L7STS 500');
  assert.equal(reasonOf({ state: 'ready', ejected: true }), 'errors of its traffic');
  assert.equal(reasonOf({ state: 'ready', weight: 0 }), 'weight 0');
  assert.equal(reasonOf({ state: 'ready' }), undefined);
});

test('a report is bounded, counts all the same, and has those in trouble first', async () => {
  const stats = await statsOf({ a: 600, b: 600, c: 600, z: 1 });
  const backends = stats.backends.map(
    (one): BackendStats => (one.name === 'z' ? { ...one, sorry: true } : one),
  );
  const { backends: listed, totals } = reportOf(about, { ...stats, backends }, [], undefined);
  assert.deepEqual(
    listed.map(({ name, servers }) => `${name} ${servers.length}`),
    ['z 1', 'a 600', 'b 399'],
  );
  assert.deepEqual([totals.servers, totals.backends, totals.sorry], [1_801, 4, 1]);
});
