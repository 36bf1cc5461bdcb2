// A small world for tests of the balancer: the fake API, an engine that remembers, and manifests with only what a test cares about.

import type { TestContext } from 'node:test';
import type {
  V1Ingress,
  V1IngressSpec,
  V1Pod,
  V1Service,
  V1ServiceSpec,
} from '../../src/api/generated/types.ts';
import type { AnyObject, ObjectMeta } from '../../src/api/object.ts';
import { backendPolicies } from '../../src/api/relevo/resources.ts';
import { Balancer } from '../../src/balancer/balancer.ts';
import type { BalancerOptions } from '../../src/balancer/options.ts';
import { ingresses } from '../../src/balancer/resources.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { Client } from '../../src/client/client.ts';
import { configMaps, endpointSlices, pods, services } from '../../src/client/resources.ts';
import { FakeApi } from './fake-api.ts';
import { FakeEngine } from './fake-engine.ts';

const namespace = 'default';

export class BalancerWorld {
  readonly api = new FakeApi();
  readonly client = new Client(this.api, { userAgent: 'test' });
  readonly engine = new FakeEngine();
  readonly balancer: Balancer;

  /** The balancer is started by the test, and closed when it ends. */
  constructor(t: TestContext, more: Partial<BalancerOptions> = {}) {
    this.balancer = this.newBalancer(t, more);
    t.after(() => this.api.close());
  }

  /** Another one of the same cluster, closed as the first. */
  newBalancer(t: TestContext, more: Partial<BalancerOptions> = {}): Balancer {
    const balancer = new Balancer({
      ...{ client: this.client, engine: this.engine, clock: systemClock, logger: silentLogger },
      ...{ random: Math.random, name: 'one', version: '1.2.3' },
      addresses: {
        ...{ clusterIps: true, nodePorts: [{ address: '127.0.0.1' }] },
        loadBalancer: { cidr: '10.9.0.0/29', outside: false, reserved: ['10.9.0.1'] },
        ingress: {
          http: [{ address: '10.9.0.1', port: 80 }],
          https: [{ address: '10.9.0.1', port: 443 }],
          published: ['10.9.0.1'],
        },
      },
      ...more,
    });
    t.after(() => balancer.close());
    return balancer;
  }

  service(
    name: string,
    spec: Partial<V1ServiceSpec> = {},
    metadata: Partial<ObjectMeta> = {},
  ): Promise<V1Service> {
    const whole = { clusterIP: '10.0.0.1', ports: [{ port: 80 }], selector: { app: name }, ...spec };
    return this.client.resource(services, namespace).create({ metadata: { name, ...metadata }, spec: whole });
  }

  /** Running and ready, with an address. */
  pod(name: string, ip: string, metadata: Partial<ObjectMeta> = {}): Promise<V1Pod> {
    const status = { phase: 'Running', podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] };
    const spec = { containers: [{ name: 'app', image: 'app' }], nodeName: 'node-1' };
    return this.client.resource(pods, namespace).create({ metadata: { name, ...metadata }, spec, status });
  }

  /** The one slice of a Service. */
  async slice(service: string, endpoints: readonly V1Pod[], port = 8080): Promise<void> {
    await this.client.resource(endpointSlices, namespace).create({
      metadata: { name: `${service}-1`, labels: { 'kubernetes.io/service-name': service } },
      ...{ addressType: 'IPv4', ports: [{ name: '', port, protocol: 'TCP' }] },
      endpoints: endpoints.map(({ metadata: { name, uid }, status }) => ({
        addresses: [status?.podIP ?? ''],
        conditions: { ready: true },
        targetRef: { kind: 'Pod', name, namespace, uid },
        nodeName: 'node-1',
      })),
    });
  }

  /** `spec` beside the target. */
  async policy(name: string, service: string, spec: object = {}): Promise<void> {
    const whole = { targetRef: { kind: 'Service', name: service }, ...spec };
    await this.client
      .resource(backendPolicies, namespace)
      .create({ metadata: { name }, spec: whole as AnyObject['spec'] });
  }

  async configMap(name: string, data: Record<string, string>): Promise<void> {
    await this.client.resource(configMaps, namespace).create({ metadata: { name }, data });
  }

  ingress(name: string, spec: V1IngressSpec, annotations: Record<string, string> = {}): Promise<V1Ingress> {
    return this.client.resource(ingresses, namespace).create({ metadata: { name, annotations }, spec });
  }

  /** Asks a pod to go, with so many seconds of grace. */
  async terminate(name: string, graceSeconds = 30): Promise<void> {
    const deletionTimestamp = new Date(Date.now() + graceSeconds * 1_000).toISOString();
    const metadata = { deletionTimestamp, deletionGracePeriodSeconds: graceSeconds };
    await this.client.resource(pods, namespace).patch(name, { metadata });
  }

  find(collection: string, key: string): AnyObject | undefined {
    return this.api.find(collection, key);
  }

  /** The condition Accepted of a policy, in short. */
  accepted(policy: string): string | undefined {
    const conditions = this.find('relevo.dev/backendpolicies', `default/${policy}`)?.status?.conditions;
    const found = conditions?.find(({ type }: { type: string }) => type === 'Accepted');
    return found && `${found.status} ${found.reason}`;
  }

  get eventReasons(): string[] {
    return this.api.all('events').map(({ reason }) => reason);
  }

  /** The reasons of the events of an object. */
  eventsOf(name: string): string[] {
    const events = this.api.all('events').filter(({ involvedObject }) => involvedObject?.name === name);
    return events.map(({ reason }) => reason);
  }
}
