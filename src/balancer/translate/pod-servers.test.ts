import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makePod, meta, type PodShape } from '../../../tests/support/objects.ts';
import type { V1Endpoint, V1EndpointSlice, V1Pod, V1ServicePort } from '../../api/generated/types.ts';
import { labelSelectorFromMap } from '../../api/selectors.ts';
import type { Note } from '../note.ts';
import { type PodSources, podServers } from './pod-servers.ts';

const start = Date.UTC(2030, 0, 1);

function pod(
  name: string,
  shape: PodShape & { ip?: string; ready?: boolean; annotations?: Record<string, string> } = {},
) {
  const { ip, ready = true, annotations, ...rest } = shape;
  const found = makePod(name, rest);
  if (annotations) found.metadata.annotations = annotations;
  if (rest.deletionTimestamp) found.metadata.deletionGracePeriodSeconds = 30;
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  found.status = { phase: 'Running', conditions, ...(ip ? { podIP: ip } : {}) };
  return found;
}

function endpoint(address: string, more: Partial<V1Endpoint> & { pod?: V1Pod } = {}): V1Endpoint {
  const { pod: target, ...rest } = more;
  const targetRef = target && { kind: 'Pod', name: target.metadata.name, uid: target.metadata.uid };
  return { addresses: [address], conditions: { ready: true }, ...(targetRef ? { targetRef } : {}), ...rest };
}

function slice(endpoints: V1Endpoint[], more: Partial<V1EndpointSlice> = {}): V1EndpointSlice {
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: meta('web-1') },
    ...{ addressType: 'IPv4', ports: [{ name: '', port: 5000, protocol: 'TCP' }], endpoints, ...more },
  };
}

interface Shape extends Partial<PodSources> {
  readonly pods?: readonly V1Pod[];
  readonly port?: Partial<V1ServicePort>;
}

function servers({ pods = [], port, ...sources }: Shape, notes: Note[] = []) {
  const podByUid = (uid: string) => pods.find(({ metadata }) => metadata.uid === uid);
  const all = { slices: [], podByUid, backups: [], drainMs: 20_000, ...sources };
  return podServers(all, { port: 80, ...port }, notes);
}

describe('servers of slices', () => {
  it('are pods, by their UID, on their node', () => {
    const a = pod('a', { annotations: { 'relevo.dev/weight': '5' } });
    const found = servers({ pods: [a], slices: [slice([endpoint('10.1.0.1', { pod: a, nodeName: 'n' })])] });
    assert.deepEqual(found, [
      {
        ...{ id: 'uid-default-a', name: 'a', address: '10.1.0.1', port: 5000, node: 'n' },
        ...{ role: 'primary', weight: 5, state: 'ready' },
      },
    ]);
  });

  const states: [
    what: string,
    shape: Parameters<typeof pod>[1],
    ready: boolean,
    expected: (string | undefined)[],
  ][] = [
    ['ready', {}, true, ['ready', undefined]],
    ['not ready', {}, false, ['maint', 'not ready']],
    [
      'in maintenance',
      { annotations: { 'relevo.dev/state': 'maint' } },
      true,
      ['maint', 'relevo.dev/state=maint'],
    ],
    ['drained', { annotations: { 'relevo.dev/state': 'drain' } }, true, ['drain', 'relevo.dev/state=drain']],
    [
      'drained and not ready',
      { annotations: { 'relevo.dev/state': 'drain' } },
      false,
      ['maint', 'not ready'],
    ],
    ['asked to go', { deletionTimestamp: '2030-01-01T00:00:30Z' }, true, ['departing', 'terminating']],
    [
      'asked to go while in maintenance',
      { deletionTimestamp: '2030-01-01T00:00:30Z', annotations: { 'relevo.dev/state': 'maint' } },
      false,
      ['departing', 'terminating'],
    ],
  ];
  for (const [what, shape, ready, expected] of states) {
    it(`have the state of a pod that is ${what}`, () => {
      const a = pod('a', shape);
      const slices = [slice([endpoint('10.1.0.1', { pod: a, conditions: { ready } })])];
      const [found] = servers({ pods: [a], slices });
      assert.deepEqual([found?.state, found?.reason], expected);
    });
  }

  it('have until the drain time-out to be left, within what the grace period allows', () => {
    const a = pod('a', { deletionTimestamp: '2030-01-01T00:00:30Z' });
    const slices = [slice([endpoint('10.1.0.1', { pod: a })])];
    assert.equal(servers({ pods: [a], slices })[0]?.departBy, start + 21_000);
    assert.equal(servers({ pods: [a], slices, drainMs: 60_000 })[0]?.departBy, start + 23_500);
  });

  it('are told of by the slice alone where the pod is not known', () => {
    const conditions = [{}, { ready: false }, { ready: false, serving: true, terminating: true }];
    const a = pod('a');
    const found = conditions.map((one) =>
      servers({ slices: [slice([endpoint('10.1.0.1', { pod: a, conditions: one })])] }),
    );
    assert.deepEqual(
      found.map(([server]) => [server?.id, server?.name, server?.state]),
      [
        ['uid-default-a', 'a', 'ready'],
        ['uid-default-a', 'a', 'maint'],
        ['uid-default-a', 'a', 'departing'],
      ],
    );
  });

  it('may be no pods at all: then the slice says their weight and role', () => {
    const metadata = meta('x', {
      labels: { 'relevo.dev/role': 'backup' },
      annotations: { 'relevo.dev/weight': '9' },
    });
    const slices = [slice([endpoint('10.2.0.2')]), slice([endpoint('10.2.0.1')], { metadata })];
    assert.deepEqual(
      servers({ slices }).map(({ id, role, weight }) => [id, role, weight]),
      [
        ['10.2.0.1:5000', 'backup', 9],
        ['10.2.0.2:5000', 'primary', 1],
      ],
    );
  });

  it('are found by the name of the port, of TCP, in one family of addresses', () => {
    const ports = [
      { name: 'b', port: 1, protocol: 'UDP' },
      { name: 'b', port: 2, protocol: 'TCP' },
    ];
    const slices = [
      slice([endpoint('10.1.0.1')], { ports }),
      slice([endpoint('fd00::1')], { ports, addressType: 'IPv6' }),
    ];
    const found = (list: V1EndpointSlice[], name: string) =>
      servers({ slices: list, port: { name } }).map(({ address, port }) => `${address} ${port}`);
    assert.deepEqual(found(slices, 'b'), ['10.1.0.1 2']);
    assert.deepEqual(found(slices.slice(1), 'b'), ['fd00::1 2']);
    assert.deepEqual(found(slices, 'a'), []);
  });

  it('are one where a pod is in two slices, and ready where one says so', () => {
    const a = pod('a');
    const at = (ready: boolean) => slice([endpoint('10.1.0.1', { pod: a, conditions: { ready } })]);
    for (const slices of [
      [at(true), at(false)],
      [at(false), at(true)],
    ]) {
      assert.deepEqual(
        servers({ pods: [a], slices }).map(({ state }) => state),
        ['ready'],
      );
    }
  });

  it('with annotations that make no sense are noted', () => {
    const a = pod('a', { annotations: { 'relevo.dev/weight': 'heavy' } });
    const notes: Note[] = [];
    servers({ pods: [a], slices: [slice([endpoint('10.1.0.1', { pod: a })])] }, notes);
    assert.deepEqual(
      notes.map(({ about, reason }) => [about.metadata.name, reason]),
      [['a', 'InvalidAnnotation']],
    );
  });
});

describe('backups', () => {
  const labels = { tier: 'backup' };
  const backupSelector = labelSelectorFromMap(labels);

  it('are pods with a port as an EndpointSlice would have it', () => {
    const containers = [{ name: 'app', image: 'app', ports: [{ name: 'web', containerPort: 9000 }] }];
    const b = pod('b', { ip: '10.1.0.9', labels, containers });
    const portOf = (targetPort?: number | string) =>
      servers({ backups: [b], backupSelector, port: { targetPort } as Partial<V1ServicePort> })[0]?.port;
    assert.deepEqual([portOf(), portOf(7), portOf('web'), portOf('none')], [80, 7, 9000, undefined]);
  });

  it('have a state of their own', () => {
    const backups = [
      pod('a', { ip: '10.1.0.1', labels }),
      pod('b', { ip: '10.1.0.2', labels, ready: false }),
      pod('c', { ip: '10.1.0.3', labels, deletionTimestamp: '2030-01-01T00:00:30Z' }),
      pod('no address', { labels }),
    ];
    assert.deepEqual(
      servers({ backups, backupSelector }).map(({ name, role, state }) => [name, role, state]),
      [
        ['a', 'backup', 'ready'],
        ['b', 'backup', 'maint'],
        ['c', 'backup', 'departing'],
      ],
    );
  });

  it('stay backups when the Service selects them, too', () => {
    const b = pod('b', { ip: '10.1.0.9', labels });
    const slices = [slice([endpoint('10.1.0.9', { pod: b })])];
    for (const backups of [[], [b]]) {
      assert.deepEqual(
        servers({ pods: [b], slices, backups, backupSelector }).map(({ role }) => role),
        ['backup'],
      );
    }
  });
});
