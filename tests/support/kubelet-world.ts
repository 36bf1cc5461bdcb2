// A node for tests of the kubelet: the fake API with the patches and deletions of pods that a kubelet relies on, a simulated machine, and a
// clock that is moved by hand.

import type { TestContext } from 'node:test';
import type { V1Pod } from '../../src/api/generated/types.ts';
import type { AnyObject } from '../../src/api/object.ts';
import { applyStrategicMerge } from '../../src/api/patch/strategic-merge.ts';
import { definition } from '../../src/api/schema/definitions.ts';
import { timestamp } from '../../src/api/timestamp.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { Client } from '../../src/client/client.ts';
import { Informer } from '../../src/client/informer.ts';
import { nodes, pods } from '../../src/client/resources.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../src/client/transport.ts';
import { Kubelet, type KubeletOptions } from '../../src/kubelet/kubelet.ts';
import { wholeInformer } from '../../src/kubelet/pod-source.ts';
import { SimulatedAddresses, SimulatedPodNetwork } from '../../src/network/simulated/pod-network.ts';
import { SimulatedMachine } from '../../src/runtime/simulated/machine.ts';
import { SimulatedRuntime } from '../../src/runtime/simulated/runtime.ts';
import { eventually } from './eventually.ts';
import { FakeApi } from './fake-api.ts';
import { FakeClock } from './fake-clock.ts';
import { makePod, type PodShape } from './objects.ts';

/** Adds strategic merge patches, which the fake API does not have. */
class PatchingApi implements Transport {
  readonly #api: FakeApi;

  constructor(api: FakeApi) {
    this.#api = api;
  }

  request(request: TransportRequest): Promise<TransportResponse> {
    const isStrategic = request.contentType?.startsWith('application/strategic-merge-patch');
    return this.#api.request(isStrategic ? this.#merged(request) : request);
  }

  watch: Transport['watch'] = (request, onEvent) => this.#api.watch(request, onEvent);

  close(): Promise<void> {
    return this.#api.close();
  }

  /** The same change as a merge patch of whole fields. */
  #merged(request: TransportRequest): TransportRequest {
    const [, , , scope, namespace, plural, name] = request.path.split('/');
    const isNode = scope === 'nodes';
    const old = isNode
      ? this.#api.find('nodes', namespace ?? '')
      : this.#api.find(plural ?? '', `${namespace}/${name}`);
    if (!old) return { ...request, contentType: 'application/merge-patch+json' };
    const schema = definition(`io.k8s.api.core.v1.${isNode ? 'Node' : 'Pod'}`);
    const merged = applyStrategicMerge(old, request.body, schema, definition) as AnyObject;
    const { metadata } = request.body as AnyObject;
    const body = { metadata: metadata ?? {}, status: merged.status };
    return { ...request, contentType: 'application/merge-patch+json', body };
  }
}

export const nodeName = 'node-1';

export class KubeletWorld {
  readonly api = new FakeApi();
  readonly clock = new FakeClock();
  readonly client = new Client(new PatchingApi(this.api), { userAgent: 'kubelet' });
  readonly machine = new SimulatedMachine({ clock: this.clock, random: () => 0 });
  readonly runtime = new SimulatedRuntime(this.machine);
  readonly network = new SimulatedPodNetwork(new SimulatedAddresses(), '10.0.0.1');
  #kubelet: Kubelet | undefined;
  #closeInformers: () => Promise<void> = async () => {};

  /** Everything is closed when the test ends. */
  constructor(t: TestContext) {
    this.api.now = () => this.clock.now();
    t.after(() => this.close());
  }

  async start(more: Partial<KubeletOptions> = {}): Promise<Kubelet> {
    const { client, clock, runtime, network } = this;
    const facts = {
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      info: { architecture: 'amd64', operatingSystem: 'linux' },
    };
    // The connection's own pauses are in real time; only the kubelet's clock is moved by hand.
    const shared = { client, clock: systemClock, random: Math.random, logger: silentLogger };
    const podInformer = new Informer({ ...shared, resource: pods });
    const nodeInformer = new Informer({ ...shared, resource: nodes });
    podInformer.start();
    nodeInformer.start();
    this.#closeInformers = async () => void (await Promise.all([podInformer.close(), nodeInformer.close()]));
    const objects = { pods: wholeInformer(podInformer), node: wholeInformer(nodeInformer) };
    const own = { nodeName, facts, client, runtime, network, clock, random: () => 0, logger: silentLogger };
    this.#kubelet = new Kubelet({ ...own, objects, ...more });
    this.#kubelet.start();
    await this.#kubelet.ready();
    return this.#kubelet;
  }

  /** The kubelet dies; what runs goes on. */
  async stop(): Promise<void> {
    await this.#kubelet?.close();
    await this.#closeInformers();
    this.#kubelet = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.api.close();
  }

  /** A pod bound to the node, with annotations of the simulation. */
  async createPod(name: string, shape: PodShape = {}, script: Record<string, string> = {}): Promise<V1Pod> {
    const pod = makePod(name, { nodeName, ...shape });
    pod.metadata.annotations = Object.fromEntries(
      Object.entries(script).map(([key, value]) => [`simulated.relevo.dev/${key}`, value]),
    );
    return (await this.client.resource(pods, 'default').create({ ...pod, status: {} })) as V1Pod;
  }

  pod(name: string): V1Pod | undefined {
    return this.api.find('pods', `default/${name}`) as V1Pod | undefined;
  }

  /** Waits until the pod in the API is so, moving the clock by `stepMs` each time it is not. */
  until(name: string, is: (pod: V1Pod) => boolean | undefined, stepMs = 0): Promise<V1Pod> {
    return eventually(() => {
      const pod = this.pod(name);
      if (pod && is(pod)) return pod;
      if (stepMs > 0) this.clock.advance(stepMs);
      return undefined;
    });
  }

  /** As the API server does for a deletion with a grace period. */
  async markDeleted(name: string, graceSeconds: number): Promise<void> {
    const metadata = {
      deletionTimestamp: timestamp(this.clock.now() + graceSeconds * 1_000),
      deletionGracePeriodSeconds: graceSeconds,
    };
    await this.client.resource(pods, 'default').patch(name, { metadata });
  }

  /** Writes of the kubelet to the status of a pod. */
  statusWrites(name: string): TransportRequest[] {
    return this.api.requests.filter(
      ({ method, path }) => method === 'PATCH' && path.endsWith(`/pods/${name}/status`),
    );
  }

  /** `reason: message` of the events about a pod, in order. */
  events(name: string): string[] {
    return this.api
      .all('events')
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }
}
