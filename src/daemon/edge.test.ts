import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { balancerStatusOf, claimEdge, type Edge, edgeHost, isEdge, settingsOf } from './edge.ts';

const places = { address: '127.0.0.1', outward: [] };

test('what was taken once is found again, password included', async () => {
  const first = await claimEdge({ http: 21_080, https: 21_443, statistics: 21_404 }, places, () => {});
  const kept = settingsOf(first);
  assert.ok(isEdge(JSON.parse(JSON.stringify(kept))));
  assert.match(kept.password, /^[\w-]{16}$/);
  const other = await claimEdge({ http: 21_180, https: 21_543, statistics: 21_504 }, places, () => {});
  assert.notEqual(other.password, kept.password);
});

test('a port that is taken gives way to the next one, and that is told', async (t) => {
  const server = createServer().listen(0, edgeHost);
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const told: [number, number][] = [];
  const edge = await claimEdge({ http: port }, places, (...ports) => told.push(ports));
  assert.notEqual(edge.http, port);
  assert.deepEqual(told[0], [port, edge.http]);
});

test('an address that this machine does not have has no usual ports', async () => {
  const edge = await claimEdge({ http: 21_280 }, { ...places, address: '192.0.2.1' }, () => {});
  assert.equal(edge.address, undefined);
});

test('people are told where everything is', () => {
  const edge: Edge = {
    ...{ http: 8081, https: 8444, statistics: 8404, statisticsPath: '/stats', password: 'p' },
    ...{ address: '127.77.255.254', outward: [] },
  };
  const status = balancerStatusOf(edge, 'haproxy', '/data/logs/access.log');
  assert.deepEqual(status, {
    engine: 'haproxy',
    ingress: {
      http: ['http://127.0.0.1:8081', 'http://127.77.255.254'],
      https: ['https://127.0.0.1:8444', 'https://127.77.255.254'],
    },
    statistics: { url: 'http://127.0.0.1:8404/stats', others: [], user: 'admin', password: 'p' },
    outward: [],
    accessLog: '/data/logs/access.log',
  });
});

test('others are told after this machine, by the addresses that they use', () => {
  const ports = { http: 8081, https: 8444, statistics: 8404, statisticsPath: '/stats', password: 'p' };
  const status = balancerStatusOf({ ...ports, outward: ['192.0.2.9', 'fd00::2'] }, 'embedded', '/log');
  assert.deepEqual(status.ingress, {
    http: ['http://127.0.0.1:8081', 'http://192.0.2.9:8081', 'http://[fd00::2]:8081'],
    https: ['https://127.0.0.1:8444', 'https://192.0.2.9:8444', 'https://[fd00::2]:8444'],
  });
  const { url, others } = status.statistics;
  assert.equal(url, 'http://127.0.0.1:8404/stats');
  assert.deepEqual(others, ['http://192.0.2.9:8404/stats', 'http://[fd00::2]:8404/stats']);
});

test('a port that is taken at an outward address gives way, too', async (t) => {
  const outward = '127.0.7.9';
  const server = createServer().listen(0, outward);
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const edge = await claimEdge({ http: port }, { ...places, outward: [outward] }, () => {});
  assert.notEqual(edge.http, port);
  assert.deepEqual(edge.outward, [outward]);
  assert.ok(!('outward' in settingsOf(edge)), 'what this machine has is found anew at each start');
});

test('what is damaged is no edge', () => {
  const edge = { http: 1, https: 2, statistics: 3, statisticsPath: '/', password: 'p' };
  assert.ok(isEdge(edge));
  for (const wrong of [null, {}, { ...edge, http: 0 }, { ...edge, https: 'a' }, { ...edge, password: '' }]) {
    assert.ok(!isEdge(wrong));
  }
});
