import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { makePod, meta } from '../../../tests/support/objects.ts';
import type { V1EndpointSlice, V1Lease, V1Pod } from '../generated/types.ts';
import type { Balancer } from './balancer-types.ts';
import { departureStart, departureWaitMs, type ServedService, serviceList, waitsFor } from './departure.ts';

const now = Date.UTC(2030, 0, 1);

interface LeaseShape {
  readonly name?: string;
  readonly served?: readonly ServedService[];
  readonly ageMs?: number;
}

function lease({ name = 'one', served = [], ageMs = 0 }: LeaseShape): V1Lease {
  const annotations = { 'relevo.dev/serves': serviceList(served) };
  const metadata = meta(`relevo-balancer-${name}`, { labels: { 'relevo.dev/balancer': name }, annotations });
  const spec = { leaseDurationSeconds: 4, renewTime: new Date(now - ageMs).toISOString() };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

function balancer(name: string, ...uids: string[]): Balancer {
  const departures = uids.map((uid) => ({ uid, time: '2030-01-01T00:00:00Z' }));
  return {
    apiVersion: 'relevo.dev/v1alpha1',
    kind: 'Balancer',
    metadata: meta(name),
    status: { departures },
  };
}

function sliceOf(service: string, pod: V1Pod): V1EndpointSlice {
  const { uid, namespace } = pod.metadata;
  const labels = { 'kubernetes.io/service-name': service };
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
    metadata: meta(`${service}-1`, { labels, ...(namespace ? { namespace } : {}) }),
    endpoints: [{ addresses: ['10.1.0.1'], targetRef: { uid } }],
  };
}

const pod = makePod('web-1', { labels: { app: 'web', tier: 'backup' } });
const web: ServedService = { key: 'default/web', selectors: [] };

describe('waitsFor', () => {
  const table: [name: string, leases: V1Lease[], balancers: Balancer[], expected: string[]][] = [
    ['a live balancer that serves the pod', [lease({ served: [web] })], [], ['one']],
    ['nobody without a lease', [], [balancer('one')], []],
    ['nobody who said that it is done', [lease({ served: [web] })], [balancer('one', pod.metadata.uid)], []],
    ['one who said so of others only', [lease({ served: [web] })], [balancer('one', 'another')], ['one']],
    ['nobody whose lease ran out', [lease({ served: [web], ageMs: 4_000 })], [], []],
    ['one whose lease is about to', [lease({ served: [web], ageMs: 3_999 })], [], ['one']],
    ['nobody who serves others only', [lease({ served: [{ key: 'default/api', selectors: [] }] })], [], []],
    ['nobody who serves nothing', [lease({})], [], []],
    [
      'all in the order of their names',
      [lease({ name: 'two', served: [web] }), lease({ served: [web] })],
      [],
      ['one', 'two'],
    ],
  ];
  for (const [name, leases, balancers, expected] of table) {
    it(`waits for ${name}`, () => {
      assert.deepEqual(waitsFor(pod, leases, balancers, [sliceOf('web', pod)], now), expected);
    });
  }

  const selectors: [name: string, selectors: string[], expected: string[]][] = [
    ['its labels', ['app=web'], ['one']],
    ['the labels of backups', ['app=api', 'tier in (backup)'], ['one']],
    ['no labels of its', ['app=api', 'tier=primary'], []],
    ['nonsense, to be on the safe side', ['!!'], ['one']],
  ];
  for (const [name, list, expected] of selectors) {
    it(`knows pods that no slice names by their labels: ${name}`, () => {
      const leases = [lease({ served: [{ key: 'default/web', selectors: list }] })];
      assert.deepEqual(waitsFor(pod, leases, [], [], now), expected);
    });
  }

  it('does not take Services of other namespaces for its own', () => {
    const leases = [lease({ served: [{ key: 'other/web', selectors: ['app=web'] }] })];
    assert.deepEqual(waitsFor(pod, leases, [], [sliceOf('web', pod)], now), []);
  });

  it('waits for a balancer that serves more than fits into an annotation', () => {
    const served = Array.from({ length: 20_000 }, (_, i) => ({ key: `default/service-${i}`, selectors: [] }));
    assert.deepEqual(waitsFor(pod, [lease({ served })], [], [], now), ['one']);
  });
});

describe('the time of a departure', () => {
  it('leaves the pod 5 s or a quarter, and never more than half', () => {
    const table = [0, 1, 4, 10, 20, 30, 120].map((seconds) => departureWaitMs(seconds * 1_000));
    assert.deepEqual(table, [0, 500, 2_000, 5_000, 15_000, 22_500, 90_000]);
  });

  it('begins when the pod was asked to go', () => {
    const going = makePod('a', { deletionTimestamp: '2030-01-01T00:00:30Z' });
    going.metadata.deletionGracePeriodSeconds = 30;
    assert.equal(departureStart(going), now);
    assert.equal(departureStart(pod), undefined);
  });
});

test('whatever the grace period, both sides get a part of it, and more of a longer one', () => {
  fc.assert(
    fc.property(fc.nat(3_600_000), fc.nat(60_000), (graceMs, moreMs) => {
      const waitMs = departureWaitMs(graceMs);
      assert.ok(waitMs >= 0 && waitMs <= graceMs);
      assert.ok(graceMs - waitMs >= Math.min(5_000, graceMs / 2));
      assert.ok(departureWaitMs(graceMs + moreMs) >= waitMs);
    }),
  );
});
