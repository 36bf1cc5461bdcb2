import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meta } from '../../../tests/support/objects.ts';
import type { V1EndpointSlice, V1Service, V1ServiceSpec } from '../../api/generated/types.ts';
import type { KubeObject } from '../../api/object.ts';
import { Indexer } from '../../client/indexer.ts';
import { ClusterNames, type Known } from './cluster-names.ts';

/** What an informer knows, without the informer. */
class Objects<T extends KubeObject> implements Known<T> {
  readonly lister = new Indexer<T>();
  hasSynced = true;

  addIndex(name: string, of: (object: T) => readonly string[]): void {
    this.lister.addIndex(name, of);
  }
}

class World {
  readonly services = new Objects<V1Service>();
  readonly slices = new Objects<V1EndpointSlice>();
  readonly names = new ClusterNames({
    ...{ services: this.services, slices: this.slices, hostAddress: '10.0.2.2' },
    ownRanges: ['10.96.0.0/16', '10.244.1.0/24'],
  });

  service(name: string, spec: V1ServiceSpec, namespace = 'default'): void {
    const metadata = meta(name, { namespace });
    this.services.lister.set({ apiVersion: 'v1', kind: 'Service', metadata, spec });
  }

  slice(name: string, service: string, more: Partial<V1EndpointSlice>): void {
    const metadata = meta(name, { labels: { 'kubernetes.io/service-name': service } });
    const kind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
    this.slices.lister.set({ ...kind, metadata, addressType: 'IPv4', endpoints: [], ...more });
  }

  /** A headless Service of a StatefulSet with one pod that is ready and one that is not. */
  database(spec: V1ServiceSpec = {}): void {
    this.service('db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }], ...spec });
    this.slice('db-1', 'db', {
      ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
      endpoints: [
        { addresses: ['10.244.1.5'], hostname: 'db-0', conditions: { ready: true } },
        { addresses: ['10.244.1.6'], hostname: 'db-1', conditions: { ready: false } },
        { addresses: ['10.244.1.7'], conditions: {} },
      ],
    });
  }
}

const zone = 'svc.cluster.local';

test('a Service is its cluster IPs, in its own namespace', () => {
  const world = new World();
  world.service('kubernetes', { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'] });
  assert.deepEqual(world.names.find(`kubernetes.default.${zone}`), { addresses: ['10.96.0.1'] });
  assert.equal(world.names.find(`kubernetes.other.${zone}`), undefined);
  assert.equal(world.names.find(`a.kubernetes.default.${zone}`), undefined);
});

test('what is above a name exists: the domain, its parts, a namespace that has Services, a protocol that has ports', () => {
  const world = new World();
  world.service('web', { clusterIP: '10.96.0.7', ports: [{ name: 'http', port: 80 }] });
  for (const name of [
    'cluster.local',
    zone,
    'pod.cluster.local',
    `default.${zone}`,
    `_tcp.web.default.${zone}`,
  ])
    assert.deepEqual(world.names.find(name), {}, name);
  for (const name of ['other.cluster.local', `other.${zone}`, `_udp.web.default.${zone}`])
    assert.equal(world.names.find(name), undefined, name);
});

test('a named port of a Service is a record of its own, one without a name is not', () => {
  const world = new World();
  const ports = [
    { name: 'http', port: 8000, targetPort: 5000 },
    { name: 'dns', protocol: 'UDP', port: 53 },
  ];
  world.service('web', { clusterIP: '10.96.0.7', ports });
  world.service('plain', { clusterIP: '10.96.0.8', ports: [{ port: 80 }] });
  const target = `web.default.${zone}`;
  const addresses = ['10.96.0.7'];
  assert.deepEqual(world.names.find(`_http._tcp.${target}`), {
    services: [{ target, port: 8000, addresses }],
  });
  assert.deepEqual(world.names.find(`_dns._udp.${target}`), { services: [{ target, port: 53, addresses }] });
  assert.equal(world.names.find(`_dns._tcp.${target}`), undefined);
  assert.equal(world.names.find(`a._http._tcp.${target}`), undefined);
  assert.equal(world.names.find(`_._tcp.plain.default.${zone}`), undefined);
});

test('a headless Service is its ready endpoints, each of which has a name', () => {
  const world = new World();
  world.database();
  const name = `db.default.${zone}`;
  assert.deepEqual(world.names.find(name), { addresses: ['10.244.1.5', '10.244.1.7'] });
  assert.deepEqual(world.names.find(`db-0.${name}`), { addresses: ['10.244.1.5'] });
  assert.deepEqual(world.names.find(`10-244-1-7.${name}`), { addresses: ['10.244.1.7'] });
  assert.equal(world.names.find(`db-1.${name}`), undefined);
  assert.equal(world.names.find(`a.db-0.${name}`), undefined);
  assert.deepEqual(world.names.find(`_sql._tcp.${name}`), {
    services: [
      { target: `db-0.${name}`, port: 5432, addresses: ['10.244.1.5'] },
      { target: `10-244-1-7.${name}`, port: 5432, addresses: ['10.244.1.7'] },
    ],
  });
});

test('a headless Service that publishes addresses that are not ready has all of them', () => {
  const world = new World();
  world.database({ publishNotReadyAddresses: true });
  assert.deepEqual(world.names.find(`db-1.db.default.${zone}`), { addresses: ['10.244.1.6'] });
});

test('a headless Service without endpoints exists', () => {
  const world = new World();
  world.service('db', { clusterIP: 'None' });
  assert.deepEqual(world.names.find(`db.default.${zone}`), { addresses: [] });
});

test('endpoints of a port that has different numbers are told with their own', () => {
  const world = new World();
  world.service('db', { clusterIP: 'None' });
  for (const [index, port] of [5432, 5433].entries()) {
    world.slice(`db-${index}`, 'db', {
      ports: [{ name: 'sql', port, protocol: 'TCP' }],
      endpoints: [{ addresses: [`10.244.1.${index}`], hostname: `db-${index}` }],
    });
  }
  const found = world.names.find(`_sql._tcp.db.default.${zone}`);
  assert.ok(typeof found === 'object');
  assert.deepEqual(
    found.services?.map(({ target, port }) => [target.split('.')[0], port]),
    [
      ['db-0', 5432],
      ['db-1', 5433],
    ],
  );
});

test('an external name is an alias', () => {
  const world = new World();
  world.service('far', { type: 'ExternalName', externalName: 'Example.org.' });
  assert.deepEqual(world.names.find(`far.default.${zone}`), { alias: 'example.org' });
  assert.equal(world.names.find(`a.far.default.${zone}`), undefined);
});

test('the name of a pod is its address', () => {
  const { names } = new World();
  assert.deepEqual(names.find('10-244-1-5.default.pod.cluster.local'), { addresses: ['10.244.1.5'] });
  for (const name of ['10-244-1-256.default', '10-244-1.default', 'a.10-244-1-5.default'])
    assert.equal(names.find(`${name}.pod.cluster.local`), undefined, name);
});

test('an address of the cluster has the names of its Service and of its endpoint, and nobody else is asked for others', () => {
  const world = new World();
  world.database();
  world.service('web', { clusterIP: '10.96.0.7' });
  const pointers = (address: string) =>
    world.names.find(`${address.split('.').reverse().join('.')}.in-addr.arpa`);
  assert.deepEqual(pointers('10.96.0.7'), { pointers: [`web.default.${zone}`] });
  assert.deepEqual(pointers('10.244.1.5'), { pointers: [`db-0.db.default.${zone}`] });
  assert.equal(pointers('10.244.1.6'), undefined);
  assert.equal(world.names.zoneOf('6.1.244.10.in-addr.arpa'), 'in-addr.arpa');
  assert.equal(world.names.zoneOf('8.8.8.8.in-addr.arpa'), undefined);
  assert.equal(world.names.zoneOf('244.10.in-addr.arpa'), undefined);
});

test("the machine has a name, and other names are not the cluster's", () => {
  const { names } = new World();
  assert.deepEqual(names.find('host.relevo.internal'), { addresses: ['10.0.2.2'] });
  assert.equal(names.find('other.relevo.internal'), undefined);
  assert.equal(names.zoneOf('notcluster.local'), undefined);
  assert.equal(names.zoneOf('example.org'), undefined);
});

test('the version of the specification is told', () => {
  assert.deepEqual(new World().names.find('dns-version.cluster.local'), { texts: ['1.1.0'] });
});

test('before the Services are known nothing is denied, nor are endpoints before the slices are', () => {
  const world = new World();
  world.database();
  world.service('web', { clusterIP: '10.96.0.7' });
  world.slices.hasSynced = false;
  assert.equal(world.names.find(`db.default.${zone}`), 'unknown');
  assert.deepEqual(world.names.find(`web.default.${zone}`), { addresses: ['10.96.0.7'] });
  world.services.hasSynced = false;
  assert.equal(world.names.find(`web.default.${zone}`), 'unknown');
  assert.equal(world.names.find('7.0.96.10.in-addr.arpa'), 'unknown');
});
