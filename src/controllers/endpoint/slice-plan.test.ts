import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { makePod, meta, type PodShape } from '../../../tests/support/objects.ts';
import type { V1EndpointSlice, V1Pod, V1Service } from '../../api/generated/types.ts';
import type { Draft } from '../../client/resource.ts';
import { type PodEndpoint, podEndpoint } from './pod-endpoint.ts';
import { planSlices, type SlicePlan } from './slice-plan.ts';
import { endpointsSubsets } from './subsets.ts';

function makeService(spec: V1Service['spec'] = {}): V1Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta('web', { labels: { app: 'web' } }),
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}

interface RunningShape extends PodShape {
  ip?: string;
  ready?: boolean;
  phase?: string;
}

function running(
  name: string,
  { ip = '10.0.0.1', ready = true, phase = 'Running', ...shape }: RunningShape = {},
): V1Pod {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  return { ...makePod(name, { nodeName: 'node-1', ...shape }), status: { phase, podIP: ip, conditions } };
}

function endpointsOf(service: V1Service, pods: readonly V1Pod[]): PodEndpoint[] {
  return pods.flatMap((pod) => podEndpoint(pod, service) ?? []);
}

function stored(draft: Draft<V1EndpointSlice>, index: number): V1EndpointSlice {
  const metadata = { ...meta(`web-${index}`), ...draft.metadata };
  return { ...draft, apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata } as V1EndpointSlice;
}

let created = 0;
/** What the API would hold after the plan was carried out. */
function carryOut(existing: readonly V1EndpointSlice[], plan: SlicePlan): V1EndpointSlice[] {
  const kept = existing
    .filter((slice) => !plan.delete.includes(slice))
    .map((slice) => plan.update.find(({ metadata }) => metadata.name === slice.metadata.name) ?? slice);
  return [...kept, ...plan.create.map((draft) => stored(draft, created++))];
}

function plan(
  service: V1Service,
  pods: readonly V1Pod[],
  existing: readonly V1EndpointSlice[] = [],
  max = 100,
) {
  return planSlices(service, endpointsOf(service, pods), existing, { maxEndpoints: max });
}

describe('an endpoint', () => {
  const one = (service: V1Service, pod: V1Pod) => plan(service, [pod]).create[0]?.endpoints[0];

  test('says whether its pod is ready, serving and terminating', () => {
    const conditions = (shape: RunningShape, spec = {}) =>
      one(makeService(spec), running('a', shape))?.conditions;
    assert.deepEqual(conditions({}), { ready: true, serving: true, terminating: false });
    assert.deepEqual(conditions({ ready: false }), { ready: false, serving: false, terminating: false });
    const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    assert.deepEqual(conditions(leaving), { ready: false, serving: true, terminating: true });
    const published = { publishNotReadyAddresses: true };
    assert.deepEqual(conditions({ ready: false }, published), {
      ready: true,
      serving: false,
      terminating: false,
    });
  });

  test('names its pod, its node and, in its governing Service, its host name', () => {
    const endpoint = one(makeService(), running('a', { hostname: 'h', subdomain: 'web' }));
    assert.deepEqual(endpoint?.targetRef, {
      kind: 'Pod',
      namespace: 'default',
      name: 'a',
      uid: 'uid-default-a',
    });
    assert.equal(endpoint?.nodeName, 'node-1');
    assert.equal(endpoint?.hostname, 'h');
    assert.equal(
      one(makeService(), running('a', { hostname: 'h', subdomain: 'other' }))?.hostname,
      undefined,
    );
  });

  test('is missing while its pod has no address, and after it has ended', () => {
    assert.equal(one(makeService(), makePod('a')), undefined);
    assert.equal(one(makeService(), running('a', { phase: 'Succeeded' })), undefined);
  });

  test('has the port that the name means in its own pod', () => {
    const service = makeService({ ports: [{ name: 'http', port: 80, targetPort: 'web' }] });
    const withPort = (name: string, containerPort: number) =>
      running(name, { containers: [{ name: 'c', image: 'x', ports: [{ name: 'web', containerPort }] }] });
    const { create } = plan(service, [withPort('a', 8080), withPort('b', 9090), running('c')]);
    assert.deepEqual(create.map(({ ports }) => ports?.[0]?.port).sort(), [8080, 9090]);
    assert.deepEqual(create.flatMap(({ endpoints }) => endpoints).length, 2);
  });
});

describe('slices', () => {
  test('belong to their Service and say so', () => {
    const [slice] = plan(makeService({ clusterIP: 'None' }), [running('a')]).create;
    assert.deepEqual(slice?.metadata.labels, {
      app: 'web',
      'service.kubernetes.io/headless': '',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    assert.equal(slice?.metadata.ownerReferences?.[0]?.uid, 'uid-web');
    assert.deepEqual(slice?.ports, [{ name: '', port: 8080, protocol: 'TCP' }]);
  });

  test('of a Service without endpoints are one empty slice, which stays', () => {
    const existing = carryOut([], plan(makeService(), []));
    assert.equal(existing.length, 1);
    assert.deepEqual(existing[0]?.endpoints, []);
    assert.deepEqual(plan(makeService(), [], existing), { create: [], update: [], delete: [] });
  });

  test('are left alone when nothing changed, and only the one that holds a changed endpoint is rewritten', () => {
    const pods = Array.from({ length: 6 }, (_, index) => running(`p${index}`, { ip: `10.0.0.${index + 1}` }));
    const existing = carryOut([], plan(makeService(), pods, [], 2));
    assert.equal(existing.length, 3);
    assert.deepEqual(plan(makeService(), pods, existing, 2), { create: [], update: [], delete: [] });
    const changed = pods.map((pod, index) =>
      index === 3 ? running('p3', { ip: '10.0.0.4', ready: false }) : pod,
    );
    const next = plan(makeService(), changed, existing, 2);
    assert.equal(next.update.length, 1);
    assert.equal(next.create.length + next.delete.length, 0);
  });

  test('take a replacement where its predecessor was', () => {
    const pods = [running('a', { ip: '10.0.0.1' }), running('b', { ip: '10.0.0.2' })];
    const existing = carryOut([], plan(makeService(), pods, [], 2));
    const next = plan(
      makeService(),
      [running('b', { ip: '10.0.0.2' }), running('c', { ip: '10.0.0.3' })],
      existing,
      2,
    );
    assert.deepEqual([next.create.length, next.update.length, next.delete.length], [0, 1, 0]);
  });

  test('that are empty go', () => {
    const pods = [running('a', { ip: '10.0.0.1' }), running('b', { ip: '10.0.0.2' })];
    const existing = carryOut([], plan(makeService(), pods, [], 1));
    const next = plan(makeService(), pods.slice(1), existing, 1);
    assert.deepEqual([next.create.length, next.update.length, next.delete.length], [0, 0, 1]);
  });

  test('hold after any sequence of changes exactly the endpoints there are, none too full, none twice', () => {
    const podSets = fc.array(fc.uniqueArray(fc.nat(20), { maxLength: 20 }), { maxLength: 6 });
    fc.assert(
      fc.property(
        podSets,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (sets, max, ports) => {
          const service = makeService({ ports: [{ port: 80, targetPort: 'web' }] });
          const pod = (index: number) =>
            running(`p${index}`, {
              ip: `10.0.0.${index}`,
              containers: [
                { name: 'c', image: 'x', ports: [{ name: 'web', containerPort: 8000 + (index % ports) }] },
              ],
            });
          let slices: V1EndpointSlice[] = [];
          for (const set of sets) {
            const pods = set.map(pod);
            slices = carryOut(slices, plan(service, pods, slices, max));
            const held = slices
              .flatMap(({ endpoints }) => endpoints.map(({ targetRef }) => targetRef?.name))
              .sort();
            assert.deepEqual(held, pods.map(({ metadata }) => metadata.name).sort());
            assert.ok(slices.length > 0);
            assert.ok(slices.every(({ endpoints }) => endpoints.length <= max));
            assert.deepEqual(plan(service, pods, slices, max), { create: [], update: [], delete: [] });
          }
        },
      ),
    );
  });
});

describe('the subsets of Endpoints', () => {
  const subsetsOf = (service: V1Service, pods: readonly V1Pod[]) =>
    endpointsSubsets(service, endpointsOf(service, pods));

  test('put ready and not ready addresses apart, sorted, without pods on their way out', () => {
    const pods = [
      running('c', { ip: '10.0.0.3' }),
      running('a', { ip: '10.0.0.1' }),
      running('b', { ip: '10.0.0.2', ready: false }),
      running('d', { ip: '10.0.0.4', deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ];
    const { subsets, truncated } = subsetsOf(makeService(), pods);
    assert.equal(truncated, false);
    assert.equal(subsets.length, 1);
    assert.deepEqual(
      subsets[0]?.addresses?.map(({ ip }) => ip),
      ['10.0.0.1', '10.0.0.3'],
    );
    assert.deepEqual(
      subsets[0]?.notReadyAddresses?.map(({ ip }) => ip),
      ['10.0.0.2'],
    );
    assert.deepEqual(subsets[0]?.ports, [{ port: 8080, protocol: 'TCP' }]);
  });

  test('are cut at a thousand addresses, ready ones first', () => {
    const pods = Array.from({ length: 1002 }, (_, index) =>
      running(`p${index}`, { ip: `10.1.${index >> 8}.${index & 255}`, ready: index > 1 }),
    );
    const { subsets, truncated } = subsetsOf(makeService(), pods);
    assert.equal(truncated, true);
    assert.equal(subsets[0]?.addresses?.length, 1000);
    assert.equal(subsets[0]?.notReadyAddresses, undefined);
  });
});
