import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { AdmittedWorld, serviceBody } from '../../../tests/support/admitted-world.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { addressNumber } from '../../api/ipv4-range.ts';
import type { AnyObject } from '../../api/object.ts';
import { isWithin, networkRange } from './number-range.ts';

const services = '/api/v1/namespaces/default/services';
let world: AdmittedWorld;

beforeEach(async () => {
  world = await AdmittedWorld.create();
});

async function refusal(name: string, spec: object, query = ''): Promise<string> {
  const { status, body } = await world.ask('POST', services + query, { body: serviceBody(name, spec) });
  assert.equal(status, 422, body.message);
  return body.message;
}

async function change(name: string, patch: object): Promise<AnyObject> {
  return world.must('PATCH', `${services}/${name}`, { spec: patch }, 'application/merge-patch+json');
}

async function replace(name: string, spec: object): Promise<AnyObject> {
  return world.must('PUT', `${services}/${name}`, serviceBody(name, spec));
}

describe('cluster IPs', () => {
  it('are given to Services that ask for none, in both spellings', async () => {
    const { spec } = await world.createService('web', {});
    assert.ok(isWithin(networkRange('10.96.0.0/12'), addressNumber(spec.clusterIP)));
    assert.deepEqual(spec.clusterIPs, [spec.clusterIP]);
    assert.deepEqual([spec.ipFamilies, spec.ipFamilyPolicy], [['IPv4'], 'SingleStack']);
  });

  it('come from the network that was given', async () => {
    world = await AdmittedWorld.create({ serviceNetwork: '127.9.8.0/24' });
    const { spec } = await world.createService('web', {});
    assert.match(spec.clusterIP, /^127\.9\.8\.\d+$/);
  });

  it('are not given to headless Services and names', async () => {
    const { spec: none } = await world.createService('headless', { clusterIP: 'None', selector: { a: 'b' } });
    assert.deepEqual(none.clusterIPs, ['None']);
    const { spec: name } = await world.createService('name', { type: 'ExternalName', externalName: 'a.b' });
    assert.equal(name.clusterIP, undefined);
  });

  it('are all different when many Services are created at once, and then the range is full', async () => {
    world = await AdmittedWorld.create({ serviceNetwork: '10.0.0.0/26', random: () => 0 });
    world.store.hold();
    const creations = Array.from({ length: 62 }, (_, i) => world.createService(`s${i}`, {}));
    await eventually(() => world.store.waiting > 0);
    const { status, body } = await world.ask('POST', services, { body: serviceBody('late') });
    assert.deepEqual(
      [status, body.message],
      [500, 'Internal error occurred: failed to allocate a serviceIP: range is full'],
    );
    world.store.release();
    const addresses = (await Promise.all(creations)).map(({ spec }) => spec.clusterIP);
    assert.equal(new Set(addresses).size, 62);
  });

  it('may be asked for, once', async () => {
    const { spec } = await world.createService('web', { clusterIP: '10.100.0.7' });
    assert.deepEqual(spec.clusterIPs, ['10.100.0.7']);
    assert.equal(
      await refusal('other', { clusterIP: '10.100.0.7' }),
      'Service "other" is invalid: spec.clusterIPs: Invalid value: []string{"10.100.0.7"}: failed to allocate IP 10.100.0.7: provided IP is already allocated',
    );
    assert.match(await refusal('api', { clusterIP: '10.96.0.1' }), /already allocated/);
  });

  it('may not be asked for by two in one turn', async () => {
    const spec = { clusterIP: '10.100.0.7' };
    const answers = await Promise.all(
      ['a', 'b'].map((name) => world.ask('POST', services, { body: serviceBody(name, spec) })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 422]);
  });

  for (const outside of ['10.95.255.255', '10.96.0.0', '10.111.255.255', '192.168.0.1', 'fd00::1'])
    it(`are not ${outside}, which is outside the network`, async () => {
      const text = `failed to allocate IP ${outside}: the provided IP (${outside}) is not in the valid range. The range of valid IPs is 10.96.0.0/12`;
      const message = await refusal('web', { clusterIP: outside });
      assert.ok(message.includes(text), message);
    });

  it('are free again when their Service is gone', async () => {
    const clusterIP = '10.100.0.7';
    await world.createService('web', { clusterIP });
    await world.must('DELETE', `${services}/web`);
    await world.createService('other', { clusterIP });
  });

  it('are not lost to creations that are refused, repeated or tried out', async () => {
    world = await AdmittedWorld.create({ serviceNetwork: '10.0.0.0/28' });
    await world.createService('web', { clusterIP: '10.0.0.2' });
    for (let i = 0; i < 20; i++) {
      await world.createService('tried', {}, '?dryRun=All');
      assert.equal((await world.ask('POST', services, { body: serviceBody('web') })).status, 409);
      await refusal('bad', { clusterIP: '10.0.0.5', sessionAffinity: 'X' });
      await refusal('bad', { clusterIP: '10.0.0.5', type: 'NodePort', ports: [{ port: 80, nodePort: 1 }] });
    }
    await eventually(() => world.createService('web2', { clusterIP: '10.0.0.5' }));
    for (let i = 0; i < 12; i++) await world.createService(`s${i}`, {});
  });

  it('are not kept from others by what is only tried out at the same time', async () => {
    const spec = { clusterIP: '10.100.0.7' };
    await Promise.all([world.createService('tried', spec, '?dryRun=All'), world.createService('web', spec)]);
  });

  it('are not lost when the disk is full', async () => {
    world.store.hold();
    const failing = world.ask('POST', services, { body: serviceBody('web', { clusterIP: '10.100.0.7' }) });
    await eventually(() => world.store.waiting > 0);
    world.store.fail();
    assert.ok((await failing).status >= 500);
    world.store.release();
    await eventually(() => world.createService('other', { clusterIP: '10.100.0.7' }));
  });

  it('stay with an update that leaves them out, and may not change', async () => {
    const { spec } = await world.createService('web', {});
    const next = await replace('web', { ports: [{ port: 81 }] });
    assert.equal(next.spec.clusterIP, spec.clusterIP);
    const body = serviceBody('web', { clusterIP: '10.100.0.9' });
    const { status, body: answer } = await world.ask('PUT', `${services}/web`, { body });
    assert.equal(status, 422);
    assert.match(answer.message, /may not change once set/);
  });

  it('are of one family', async () => {
    assert.match(
      await refusal('web', { ipFamilies: ['IPv6'] }),
      /spec\.ipFamilies\[0\]: Invalid value: "IPv6": not configured on this cluster/,
    );
    assert.match(
      await refusal('web', { ipFamilyPolicy: 'RequireDualStack' }),
      /spec\.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services/,
    );
    const { spec } = await world.createService('web', { ipFamilyPolicy: 'PreferDualStack' });
    assert.deepEqual(spec.ipFamilies, ['IPv4']);
    await world.createService('by-hand', { clusterIP: 'None', selector: undefined });
  });
});

describe('node ports', () => {
  it('are given to Services of the types NodePort and LoadBalancer, and to no others', async () => {
    for (const [type, count] of [
      ['ClusterIP', 0],
      ['NodePort', 2],
      ['LoadBalancer', 2],
    ] as const) {
      const ports = [
        { name: 'a', port: 80 },
        { name: 'b', port: 81 },
      ];
      const { spec } = await world.createService(type.toLowerCase(), { type, ports });
      const given = new Set(spec.ports.map(({ nodePort }: { nodePort?: number }) => nodePort ?? 0));
      given.delete(0);
      assert.equal(given.size, count, type);
      for (const port of given)
        assert.ok(isWithin({ first: 30_000, last: 32_767, lowBand: 0, text: '' }, port as number));
    }
  });

  it('are not given to a LoadBalancer that wants none', async () => {
    const spec = { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false };
    assert.equal((await world.createService('web', spec)).spec.ports[0].nodePort, undefined);
  });

  it('are shared by the two protocols of one port', async () => {
    const ports = [
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'tcp', port: 53 },
    ];
    const { spec } = await world.createService('dns', { type: 'NodePort', ports });
    assert.equal(spec.ports[0].nodePort, spec.ports[1].nodePort);
  });

  it('may be asked for, in the range, once', async () => {
    const asking = (nodePort: number) => ({ type: 'NodePort', ports: [{ port: 80, nodePort }] });
    await world.createService('web', asking(30_080));
    assert.equal(
      await refusal('other', asking(30_080)),
      'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    assert.equal(
      await refusal('other', asking(8080)),
      'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
  });

  it('are checked when they are tried out, too', async () => {
    const spec = { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] };
    await world.createService('web', spec);
    assert.match(await refusal('other', spec, '?dryRun=All'), /already allocated/);
  });

  it('do not clash with those asked for beside them', async () => {
    world = await AdmittedWorld.create({ nodePorts: [30_000, 30_001], random: () => 0 });
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81, nodePort: 30_000 },
    ];
    const { spec } = await world.createService('web', { type: 'NodePort', ports });
    assert.equal(spec.ports[0].nodePort, 30_001);
    const { status, body } = await world.ask('POST', services, {
      body: serviceBody('late', { type: 'NodePort' }),
    });
    assert.deepEqual(
      [status, body.message],
      [500, 'Internal error occurred: failed to allocate a nodePort: range is full'],
    );
  });

  it('stay with an update that leaves them out', async () => {
    const { spec } = await world.createService('web', { type: 'NodePort' });
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ];
    const next = await replace('web', { type: 'NodePort', ports });
    assert.equal(next.spec.ports[0].nodePort, spec.ports[0].nodePort);
    assert.notEqual(next.spec.ports[1].nodePort, next.spec.ports[0].nodePort);
  });

  it('are given and taken back as the type changes', async () => {
    const { spec: plain } = await world.createService('web', {});
    const { spec: nodes } = await change('web', { type: 'NodePort' });
    assert.equal(nodes.clusterIP, plain.clusterIP);
    const { nodePort } = nodes.ports[0];
    assert.match(await refusal('other', { type: 'NodePort', ports: [{ port: 80, nodePort }] }), /already/);

    const { spec: name } = await change('web', { type: 'ExternalName', externalName: 'a.example' });
    assert.equal(name.clusterIP, undefined);
    assert.equal(name.ports[0].nodePort, undefined);
    const ports = [{ port: 80, nodePort }];
    await world.createService('other', { type: 'NodePort', clusterIP: plain.clusterIP, ports });

    const { spec: again } = await change('web', { type: 'ClusterIP', externalName: null });
    assert.ok(again.clusterIP && again.clusterIP !== plain.clusterIP);
    assert.deepEqual(again.clusterIPs, [again.clusterIP]);
  });

  it('are held by a Service that is patched over and over before anything is durable', async () => {
    await world.createService('web', {});
    world.store.hold();
    const patches = ['NodePort', 'ClusterIP', 'NodePort', 'LoadBalancer'].map((type) =>
      change('web', { type }),
    );
    await eventually(() => world.store.waiting > 0);
    world.store.release();
    const last = (await Promise.all(patches)).at(-1) as AnyObject;
    const { nodePort } = last.spec.ports[0];
    assert.match(await refusal('other', { type: 'NodePort', ports: [{ port: 80, nodePort }] }), /already/);
  });

  it('check the health of a LoadBalancer with local traffic only', async () => {
    const { spec } = await world.createService('web', {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
    });
    assert.ok(spec.healthCheckNodePort >= 30_000 && spec.healthCheckNodePort !== spec.ports[0].nodePort);
    const taken = { type: 'NodePort', ports: [{ port: 80, nodePort: spec.healthCheckNodePort }] };
    assert.match(await refusal('other', taken), /already allocated/);
    const { spec: other } = await world.createService('cluster', { type: 'LoadBalancer' });
    assert.equal(other.healthCheckNodePort, undefined);
  });
});

it('a Service keeps what it has when the network and the range are others after a restart', async () => {
  await world.createService('web', { type: 'NodePort' });
  const { store } = world;
  const later = AdmittedWorld.on(store, { serviceNetwork: '127.9.8.0/24', nodePorts: [20_000, 20_010] });
  const patch = { metadata: { labels: { a: 'b' } } };
  await later.must('PATCH', `${services}/web`, patch, 'application/merge-patch+json');
});
