import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePod, type PodShape } from '../../../tests/support/objects.ts';
import { type KubeletDns, podResolver } from './pod-dns.ts';

const machine = { nameservers: ['192.0.2.53'], searches: ['corp.example.org'], options: ['rotate'] };
const withoutCluster: KubeletDns = { node: () => machine };
const dns: KubeletDns = { ...withoutCluster, cluster: { address: '10.244.1.1', domain: 'cluster.local' } };
const cluster = {
  nameservers: ['10.244.1.1'],
  searches: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
  options: ['ndots:5'],
};

function settings(shape: PodShape, node: KubeletDns | undefined = dns) {
  return podResolver(makePod('web', { namespace: 'shop', ...shape }), node).settings;
}

test('a pod asks the cluster first, one in the network of its node only when it says so', () => {
  assert.deepEqual(settings({}), cluster);
  assert.deepEqual(settings({ dnsPolicy: 'ClusterFirst' }), cluster);
  assert.deepEqual(settings({ dnsPolicy: 'ClusterFirst', hostNetwork: true }), machine);
  assert.deepEqual(settings({ dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }), cluster);
  assert.deepEqual(settings({ dnsPolicy: 'Default' }), machine);
});

test('on a node without DNS of the cluster pods resolve as the node does', () => {
  assert.deepEqual(settings({}, withoutCluster), machine);
  assert.deepEqual(settings({ dnsPolicy: 'ClusterFirstWithHostNet' }, withoutCluster), machine);
  assert.deepEqual(podResolver(makePod('web'), undefined), { problems: [] });
});

test('with the policy None a pod has what it says and nothing else', () => {
  const dnsConfig = {
    nameservers: ['1.1.1.1'],
    searches: ['a.b'],
    options: [{ name: 'timeout', value: '1' }],
  };
  const own = { nameservers: ['1.1.1.1'], searches: ['a.b'], options: ['timeout:1'] };
  assert.deepEqual(settings({ dnsPolicy: 'None', dnsConfig }), own);
  assert.deepEqual(podResolver(makePod('web', { dnsPolicy: 'None', dnsConfig }), undefined).settings, own);
});

test('what a pod says is added, its options in the place of others of the same name', () => {
  const dnsConfig = {
    nameservers: ['10.244.1.1', '1.1.1.1'],
    searches: ['cluster.local', 'a.b'],
    options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
  };
  assert.deepEqual(settings({ dnsConfig }), {
    nameservers: ['10.244.1.1', '1.1.1.1'],
    searches: [...cluster.searches, 'a.b'],
    options: ['ndots:2', 'edns0'],
  });
});

test('what resolvers would not look at is left out, and said', () => {
  const searches = Array.from({ length: 32 }, (_, i) => `s${i}.example.org`);
  const nameservers = ['1.1.1.1', '1.1.1.2', '1.1.1.3'];
  const { settings, problems } = podResolver(makePod('web', { dnsConfig: { nameservers, searches } }), dns);
  assert.deepEqual(settings?.nameservers, ['10.244.1.1', '1.1.1.1', '1.1.1.2']);
  assert.equal(settings?.searches.length, 32);
  assert.deepEqual(
    problems.map((problem) => problem.split(',', 1)[0]),
    ['Nameserver limits were exceeded', 'Search Line limits were exceeded'],
  );
  assert.match(problems[0] ?? '', /is: 10\.244\.1\.1 1\.1\.1\.1 1\.1\.1\.2$/);
});

test('search lists are not longer than resolvers read', () => {
  const searches = Array.from({ length: 10 }, (_, i) => `${`${i}`.repeat(60)}.`.repeat(4).slice(0, -1));
  const { settings, problems } = podResolver(makePod('web', { dnsConfig: { searches } }), dns);
  const line = settings?.searches.join(' ') ?? '';
  assert.ok(line.length <= 2_048 && line.length > 1_800);
  assert.equal(problems.length, 1);
});
