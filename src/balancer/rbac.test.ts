import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CustomWorld } from '../../tests/support/custom-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeEngine } from '../../tests/support/fake-engine.ts';
import type { AnyObject } from '../api/object.ts';
import { balancerNamespace } from '../api/relevo/departure.ts';
import type { Gate } from '../apiserver/api-server.ts';
import { ruleAllows } from '../apiserver/auth/policy-rule.ts';
import { type Attributes, controlPlaneUser } from '../apiserver/auth/user.ts';
import { installDefinitions } from '../apiserver/custom/install.ts';
import { scaleRoute } from '../apiserver/subresource/scale.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import { createInProcessTransport } from '../daemon/in-process-transport.ts';
import { Balancer } from './balancer.ts';
import { balancerClusterRules, balancerNamespaceRules } from './rbac.ts';

const balancerUser = { name: 'balancer', groups: [] };

function isAllowed(asked: Attributes): boolean {
  const own = asked.namespace === balancerNamespace ? balancerNamespaceRules : [];
  return [...balancerClusterRules, ...own].some((rule) => ruleAllows(rule, asked));
}

/** An API as it is, with a balancer that has the rights that its rules give. */
class World {
  readonly refused: string[] = [];
  readonly engine = new FakeEngine();
  readonly api: CustomWorld;
  readonly balancer: Balancer;

  constructor(t: TestContext) {
    const gate: Gate = {
      authenticate: async () => controlPlaneUser,
      authorize: (user, asked) => {
        const allowed = user !== balancerUser || isAllowed(asked);
        const { verb, resource, subresource, name } = asked;
        if (!allowed) this.refused.push(`${verb} ${resource}/${subresource} ${name}`);
        return { allowed, reason: '' };
      },
    };
    this.api = new CustomWorld({ gate, routes: (parts) => new Map([['*/scale', scaleRoute(parts)]]) });
    const transport = createInProcessTransport(this.api.core.api, balancerUser);
    this.balancer = new Balancer({
      ...{ client: new Client(transport, { userAgent: 'relevo-balancer' }), engine: this.engine },
      ...{ clock: systemClock, logger: silentLogger, random: Math.random, name: 'one', version: '1' },
      addresses: {
        ...{ clusterIps: true, nodePorts: [] },
        loadBalancer: { cidr: '10.9.0.0/24', outside: false, reserved: [] },
        ingress: {
          http: [{ address: '10.9.0.1', port: 80 }],
          https: [{ address: '10.9.0.1', port: 443 }],
          published: ['10.9.0.1'],
        },
      },
    });
    t.after(async () => {
      await this.balancer.close();
      await transport.close();
      await this.api.close();
    });
  }

  create(path: string, kind: string, body: object): Promise<AnyObject> {
    const [, root, group, version] = path.split('/');
    const apiVersion = root === 'api' ? group : `${group}/${version}`;
    return this.api.must('POST', path, { apiVersion, kind, ...body });
  }

  read(path: string): Promise<AnyObject> {
    return this.api.must('GET', path);
  }
}

const core = '/api/v1/namespaces/default';
const policies = '/apis/relevo.dev/v1alpha1/namespaces/default/backendpolicies';
const labels = { tier: 'backup' };

test('a balancer does all it has to do with the rights of its rules, and the API takes what it writes', async (t) => {
  const world = new World(t);
  await installDefinitions(world.api.store, systemClock);
  const namespaces = ['default', balancerNamespace].map((name) =>
    world.create('/api/v1/namespaces', 'Namespace', { metadata: { name } }),
  );
  await Promise.all(namespaces);
  await eventually(() => world.read(policies));
  const ports = [{ port: 80 }];
  const spec = { type: 'LoadBalancer', clusterIP: '10.0.0.1', selector: { app: 'web' }, ports };
  await world.create(`${core}/services`, 'Service', { metadata: { name: 'web' }, spec });
  const containers = [{ name: 'app', image: 'app' }];
  const template = { metadata: { labels }, spec: { containers } };
  await world.create('/apis/apps/v1/namespaces/default/deployments', 'Deployment', {
    metadata: { name: 'spare' },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  });
  await world.create(policies, 'BackendPolicy', {
    metadata: { name: 'web' },
    spec: { targetRef: { name: 'web' }, backup: { selector: { matchLabels: labels }, start: 'cold' } },
  });
  const service = { name: 'lost', port: { number: 80 } };
  await world.create('/apis/networking.k8s.io/v1/namespaces/default/ingresses', 'Ingress', {
    metadata: { name: 'shop', annotations: { 'relevo.dev/tls': 'self-signed' } },
    spec: { defaultBackend: { service } },
  });
  const pod = {
    metadata: { name: 'a' },
    spec: { containers, nodeName: 'n', terminationGracePeriodSeconds: 30 },
  };
  const { metadata } = await world.create(`${core}/pods`, 'Pod', pod);
  await world.balancer.start();
  await world.api.must('DELETE', `${core}/pods/a`);

  const balancer = '/apis/relevo.dev/v1alpha1/balancers/one';
  await eventually(async () => (await world.read(balancer)).status.departures[0].uid === metadata.uid);
  await eventually(async () => (await world.read(balancer)).status.totals.backends === 1);
  await eventually(async () => (await world.read(`${core}/services/web`)).status.loadBalancer.ingress[0].ip);
  await eventually(async () => (await world.read(`${policies}/web`)).status.conditions.length === 3);
  const ingress = '/apis/networking.k8s.io/v1/namespaces/default/ingresses/shop';
  await eventually(async () => (await world.read(ingress)).status.loadBalancer.ingress[0].ip);
  await eventually(() => world.engine.model?.certificates.length === 1);
  await eventually(async () => (await world.read(`${core}/events`)).items.length > 0);
  world.engine.want('default/web:80', 1);
  const spare = '/apis/apps/v1/namespaces/default/deployments/spare';
  await eventually(async () => (await world.read(spare)).spec.replicas === 1);
  world.engine.want('default/web:80', 0);
  await eventually(async () => (await world.read(spare)).spec.replicas === 0);
  await world.balancer.close();
  const lease = `/apis/coordination.k8s.io/v1/namespaces/${balancerNamespace}/leases/relevo-balancer-one`;
  assert.equal((await world.api.ask('GET', lease)).status, 404);
  assert.deepEqual(world.refused, []);
});
