import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeNode, makePod, meta } from '../../../tests/support/objects.ts';
import type { V1EndpointSlice, V1Service, V1ServiceSpec } from '../../api/generated/types.ts';
import { backendSettings, clientTimeouts, completeSpec, plainSorry } from '../../lb/policy/settings.ts';
import type { PolicyInForce } from '../policy/policies.ts';
import { type ServiceSources, translateService } from './service.ts';

function service(spec: V1ServiceSpec, annotations: Record<string, string> = {}): V1Service {
  const whole = { clusterIP: '10.0.0.1', ports: [{ port: 80 }], ...spec };
  return { apiVersion: 'v1', kind: 'Service', metadata: meta('web', { annotations }), spec: whole };
}

function policy(fields: object = {}): PolicyInForce {
  const spec = completeSpec({ targetRef: { kind: 'Service', name: 'web' }, ...fields });
  return { spec, settings: backendSettings(spec, plainSorry), timeouts: clientTimeouts(spec) };
}

const slice: V1EndpointSlice = {
  ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: meta('web-1') },
  ...{ addressType: 'IPv4', ports: [{ name: '', port: 5000, protocol: 'TCP' }] },
  endpoints: [{ addresses: ['10.1.0.1'] }],
};

function translate(spec: V1ServiceSpec, more: Partial<ServiceSources> = {}) {
  return translateService({
    ...{ key: 'default/web', service: service(spec), policy: undefined, slices: [slice] },
    ...{ podByUid: () => undefined, podsOf: () => [], nodes: () => [], expectedPrimaries: () => 3 },
    ...{ loadBalancerAddress: undefined, ingressPorts: new Set<string>(), trustedProxies: [] },
    places: { clusterIps: true, nodePorts: [{ address: '127.0.0.1' }], loadBalancerOutside: false },
    ...more,
  });
}

/** `address:port` of the binds, with `!` behind those outside. */
function places(spec: V1ServiceSpec, more: Partial<ServiceSources> = {}): string[] {
  const { frontends } = translate(spec, more);
  return frontends.flatMap(({ binds }) =>
    binds.map(({ address, port, outside }) => `${address}:${port}${outside ? '!' : ''}`),
  );
}

test('a Service is listened for at each of its addresses', () => {
  const spec = { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_000 }] };
  const loadBalancerAddress = '10.9.0.1';
  assert.deepEqual(places(spec, { loadBalancerAddress }), ['10.0.0.1:80', '10.9.0.1:80', '127.0.0.1:30000']);
  const nodePorts = [{ address: '172.16.0.1' }, { address: '127.0.0.1', outside: true }];
  assert.deepEqual(
    places(spec, {
      loadBalancerAddress,
      places: { clusterIps: false, nodePorts, loadBalancerOutside: true },
    }),
    ['10.9.0.1:80', '10.9.0.1:80!', '172.16.0.1:30000', '127.0.0.1:30000!'],
  );
});

test('headless Services, external names and UDP are listened for nowhere', () => {
  assert.deepEqual(places({ clusterIP: 'None' }), []);
  assert.deepEqual(places({ type: 'ExternalName', externalName: 'example.org' }), []);
  assert.deepEqual(places({ ports: [{ port: 53, protocol: 'UDP' }] }), []);
  assert.deepEqual(places({ clusterIPs: ['10.0.0.1', 'fd00::1'] }), ['10.0.0.1:80', 'fd00::1:80']);
});

test('each port has a frontend and a backend of its own', () => {
  const { frontends, backends } = translate({ ports: [{ port: 80, name: 'http' }, { port: 81 }] });
  const expected = ['default/web:http', 'default/web:81'];
  assert.deepEqual(
    frontends.map(({ name, defaultBackend, mode }) => [name, defaultBackend, mode]),
    [
      ['default/web:http', 'default/web:http', 'http'],
      ['default/web:81', 'default/web:81', 'tcp'],
    ],
  );
  assert.deepEqual(
    backends.map(({ name }) => name),
    expected,
  );
});

test('a connection that nobody made a rule for may be silent for as long as it likes', () => {
  const { frontends, backends } = translate({});
  const limits = [
    frontends[0]?.timeouts.clientMs,
    frontends[0]?.timeouts.idleMs,
    backends[0]?.timeouts.tunnelMs,
  ];
  assert.deepEqual([...limits, backends[0]?.timeouts.serverMs], Array(4).fill(2_147_483_647));
  const ruled = translate({ ports: [{ port: 80, appProtocol: 'tcp' }] }, { policy: policy() });
  assert.equal(ruled.backends[0]?.timeouts.tunnelMs, 3_600_000);
});

test('a policy makes it HTTP, with its settings', () => {
  const { frontends, backends } = translate(
    {},
    { policy: policy({ balance: 'first', timeouts: { client: '7s' } }) },
  );
  assert.deepEqual([frontends[0]?.mode, frontends[0]?.timeouts.clientMs], ['http', 7_000]);
  assert.equal(backends[0]?.balance, 'first');
});

test('affinity is told in milliseconds', () => {
  const affinity = (spec: V1ServiceSpec) =>
    translate({ sessionAffinity: 'ClientIP', ...spec }).backends[0]?.affinityMs;
  assert.equal(affinity({}), 10_800_000);
  assert.equal(affinity({ sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }), 5_000);
  assert.equal(translate({}).backends[0]?.affinityMs, undefined);
});

test('backups are asked for by labels, and the expected primaries with them', () => {
  const spare = makePod('spare', { labels: { tier: 'backup' } });
  spare.status = { podIP: '10.1.0.9', conditions: [{ type: 'Ready', status: 'True' }] };
  const sources = {
    policy: policy({ backup: { selector: { matchLabels: { tier: 'backup' } } } }),
    podsOf: () => [spare],
  };
  const [backend] = translate({}, sources).backends;
  assert.deepEqual(
    backend?.servers.map(({ role }) => role),
    ['primary', 'backup'],
  );
  assert.equal(backend?.expectedPrimaries, 3);
  assert.equal(translate({}).backends[0]?.expectedPrimaries, undefined);
  assert.equal(
    translate({}, { ...sources, expectedPrimaries: () => undefined }).backends[0]?.expectedPrimaries,
    undefined,
  );
});

test('servers may be nodes, and every one of them is expected', () => {
  const nodes = ['a', 'b'].map((name) => makeNode(name));
  for (const node of nodes) node.status = { addresses: [{ type: 'InternalIP', address: '10.3.0.1' }] };
  const rule = policy({
    servers: { from: 'nodes' },
    backup: { selector: { matchLabels: { tier: 'backup' } } },
  });
  const spec = { ports: [{ port: 80, nodePort: 30_000 }] };
  const [backend] = translate(spec, { policy: rule, nodes: () => nodes }).backends;
  assert.deepEqual(
    backend?.servers.map(({ id, port }) => [id, port]),
    [
      ['a', 30_000],
      ['b', 30_000],
    ],
  );
  assert.equal(backend?.expectedPrimaries, 2);
});

test('what Ingresses lead to has a backend that speaks HTTP', () => {
  const names = (spec: V1ServiceSpec, port: string) =>
    translate(spec, { ingressPorts: new Set([port]) }).backends.map(({ name, mode }) => `${name} ${mode}`);
  assert.deepEqual(names({}, '80'), ['default/web:80 tcp', 'default/web:80@ingress http']);
  assert.deepEqual(names({ ports: [{ port: 80, name: 'http' }] }, 'http'), ['default/web:http http']);
  assert.deepEqual(names({ clusterIP: 'None' }, '80'), ['default/web:80@ingress http']);
  assert.deepEqual(names({ clusterIP: 'None' }, '81'), []);
});

test('annotations of the Service are for its frontends', () => {
  const annotations = {
    'relevo.dev/trusted-proxies': '10.0.0.0/8',
    'relevo.dev/proxy-protocol-from': '10.0.0.1',
    'relevo.dev/body-limit': '1k',
  };
  const [frontend] = translate(
    {},
    { service: service({}, annotations), trustedProxies: ['127.0.0.0/8'] },
  ).frontends;
  assert.deepEqual(frontend?.trustedProxies, ['127.0.0.0/8', '10.0.0.0/8']);
  assert.deepEqual(frontend?.proxyProtocolFrom, ['10.0.0.1/32']);
  assert.equal(frontend?.limits.bodyBytes, 1_000);
});
