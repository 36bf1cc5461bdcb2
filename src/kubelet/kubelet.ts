// A node's agent: registers the node, keeps its lease, and gives every pod that is bound to it a worker. It talks to nobody but the API, the
// runtime and the network.

import type { V1Node, V1Pod } from '../api/generated/types.ts';
import type { Random } from '../base/backoff.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { sleep } from '../base/sleep.ts';
import type { Client } from '../client/client.ts';
import { EventRecorder } from '../client/event-recorder.ts';
import { Informer } from '../client/informer.ts';
import { nodes, pods } from '../client/resources.ts';
import type { ListenView } from '../network/loopback/listeners.ts';
import type { PodNetwork } from '../network/pod-network.ts';
import type { Runtime, RuntimeEvent, RuntimePod } from '../runtime/runtime.ts';
import { type KubeletTimings, resolveTimings } from './defaults.ts';
import type { DepartureGate } from './departure.ts';
import { Environment, type EnvironmentSources } from './env/environment.ts';
import { ReferenceReader } from './env/reference-reader.ts';
import { Gate } from './gate.ts';
import type { NodeConditionFact, NodeFacts } from './node/node-facts.ts';
import { NodeLease } from './node/node-lease.ts';
import { NodeRegistration } from './node/node-registration.ts';
import { ListenWatch } from './pod/listen-watch.ts';
import { PodAdmission } from './pod/pod-admission.ts';
import type { PodContext } from './pod/pod-context.ts';
import type { KubeletDns } from './pod/pod-dns.ts';
import { PodEvents } from './pod/pod-events.ts';
import { PodWorker } from './pod/pod-worker.ts';
import { StatusWriter } from './pod/status-writer.ts';
import type { DirectoryPod, PodDirectory } from './pod-directory.ts';
import { type NodeObjects, wholeInformer } from './pod-source.ts';
import type { OverfullPod, PodVolumes } from './pod-volumes.ts';
import type { Prober } from './probe/prober.ts';

export interface KubeletOptions {
  nodeName: string;
  facts: NodeFacts;
  /** With the rights of this node, or more. */
  client: Client;
  runtime: Runtime;
  network: PodNetwork;
  /** Undefined: pods resolve names as the machine does. */
  dns?: KubeletDns;
  clock: Clock;
  random: Random;
  logger: Logger;
  timings?: Partial<KubeletTimings>;
  /** Default: two watches of its own, on what a node's certificate may see. */
  objects?: NodeObjects;
  /** Undefined: nothing is probed; a container is ready once it runs, unless its runtime says otherwise. */
  prober?: Prober;
  /** The caller's, as the runtime and the network are. Undefined: nothing is mounted. */
  volumes?: PodVolumes;
  /** The caller's. Undefined: nobody is waited for when a pod is to go. */
  departures?: DepartureGate;
  /** Where pods share the machine's network: for telling those that listen on a wrong address. Undefined: they do not. */
  listeners?: ListenView;
  /** For variables such as WEB_SERVICE_HOST; it must be complete by then. Undefined: containers are told of no Services. */
  services?: EnvironmentSources['services'];
  /** Default: read with `client`, each for itself. */
  references?: ReferenceReader;
  /** Whether each start is told in events (Pulled, Created, Started). Default true. */
  startEvents?: boolean;
  /** Bounds requests on their way; shared by the kubelets of a fleet. Default: 16. */
  gate?: Gate;
}

export class Kubelet implements PodDirectory {
  readonly nodeName: string;
  readonly #options: KubeletOptions;
  readonly #timings: KubeletTimings;
  readonly #objects: NodeObjects;
  readonly #informers: { start(): void; close(): Promise<void> }[] = [];
  readonly #recorder: EventRecorder;
  readonly #statuses: StatusWriter;
  readonly #registration: NodeRegistration;
  readonly #lease: NodeLease;
  readonly #admission: PodAdmission;
  readonly #context: PodContext;
  readonly #workers = new Map<string, PodWorker>();
  /** Found running and not yet claimed by a pod of the API. */
  readonly #found = new Map<string, RuntimePod>();
  readonly #abort = new AbortController();
  readonly #detach: (() => void)[] = [];
  #running: Promise<void> | undefined;

  constructor(options: KubeletOptions) {
    const { nodeName, client, clock, random, logger, runtime, facts } = options;
    this.nodeName = nodeName;
    this.#options = options;
    this.#timings = resolveTimings(options.timings);
    this.#objects = options.objects ?? this.#ownInformers();
    const shared = { client, clock, random, logger };
    const gate = options.gate ?? new Gate(16);
    this.#recorder = new EventRecorder({ ...shared, component: 'kubelet', host: nodeName });
    const {
      apiBackoff: backoff,
      leaseIntervalMs: intervalMs,
      leaseDurationSeconds: durationSeconds,
    } = this.#timings;
    this.#statuses = new StatusWriter({ ...shared, backoff, gate });
    this.#registration = new NodeRegistration({
      ...shared,
      nodeName,
      facts,
      runtime: `${runtime.name}://${runtime.version}`,
      everyMs: this.#timings.nodeStatusEveryMs,
      backoff,
      onReturn: () => this.#reportAll(),
    });
    const nodeUid = () => this.#registration.uid;
    this.#lease = new NodeLease({ ...shared, nodeName, intervalMs, durationSeconds, nodeUid });
    this.#admission = new PodAdmission(facts.allocatable ?? facts.capacity);
    this.#context = this.#podContext(gate);
  }

  /** Begins; what is in the way (an API that is not there yet) is waited for. Idempotent. */
  start(): void {
    if (!this.#abort.signal.aborted) this.#running ??= this.#run();
  }

  /** Resolves when the node is registered, Ready, and knows its pods; rejects when closed before. */
  async ready(): Promise<void> {
    await Promise.all([this.#registration.registered, this.#objects.pods.synced(), this.#running]);
  }

  /** Besides those of the facts; reported at once. `Ready` may be set to False with a reason. */
  setCondition(condition: NodeConditionFact): void {
    this.#registration.setCondition(condition);
  }

  find(namespace: string, name: string): DirectoryPod | undefined {
    for (const worker of this.#workers.values()) {
      const { metadata } = worker.state.pod;
      if (metadata.name === name && metadata.namespace === namespace) return entryOf(worker);
    }
    return undefined;
  }

  byUid(uid: string): DirectoryPod | undefined {
    const worker = this.#workers.get(uid);
    return worker && entryOf(worker);
  }

  list(): DirectoryPod[] {
    return [...this.#workers.values()].map(entryOf);
  }

  /** Lets go: pods go on running, the Node stays. Waits for what is on its way. The runtime and the network stay the caller's. Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort();
    for (const detach of this.#detach.splice(0)) detach();
    this.#context.listening?.close();
    await Promise.all(this.#informers.map((informer) => informer.close()));
    await this.#running;
    // Workers may wait for a status to be written, which an API that is away never takes: both end together.
    const workers = [...this.#workers.values()].map((worker) => worker.close());
    await Promise.all([...workers, this.#statuses.close(), this.#lease.close(), this.#registration.close()]);
    await this.#recorder.close();
  }

  async #run(): Promise<void> {
    const { runtime, volumes, logger } = this.#options;
    this.#detach.push(runtime.events.subscribe((event) => this.#happened(event)));
    const evict = ({ podUid, message }: OverfullPod) => this.#workers.get(podUid)?.evict(message);
    if (volumes) this.#detach.push(volumes.overfull.subscribe(evict));
    await this.#takeStock();
    if (this.#abort.signal.aborted) return;
    this.#registration.start();
    // The lease belongs to the Node, which must be there first.
    this.#registration.registered.then(() => this.#lease.start()).catch(() => {});
    this.#registration.registered.then(() => this.#tellLimits()).catch(() => {});
    this.#followApi();
    for (const informer of this.#informers) informer.start();
    this.#objects.pods
      .synced()
      .then(() => this.#removeOrphans())
      .catch((error) => this.#abort.signal.aborted || logger.error('orphans were not removed', { error }));
  }

  /** Once for each start: who sets a limit would wonder why it does not hold. */
  #tellLimits(): void {
    const { facts, nodeName } = this.#options;
    const missing = facts.conditions?.find(
      ({ type, status }) => type === 'LimitsEnforced' && status === 'False',
    );
    if (!missing) return;
    const node = { apiVersion: 'v1', kind: 'Node', name: nodeName, uid: this.#registration.uid };
    this.#recorder.event(node, 'Warning', 'LimitsNotEnforced', missing.message ?? '');
  }

  /** What runs already, before any pod of the API could be started a second time. */
  async #takeStock(): Promise<void> {
    const { runtime, clock, random, logger } = this.#options;
    for (let failures = 0; !this.#abort.signal.aborted; failures++) {
      try {
        for (const pod of await runtime.pods()) this.#found.set(pod.spec.uid, pod);
        return;
      } catch (error) {
        logger.warn('the runtime does not answer, trying again', { node: this.nodeName, error });
        await sleep(clock, backoffDelay(this.#timings.apiBackoff, failures, random), this.#abort.signal);
      }
    }
  }

  #followApi(): void {
    const { pods: podShare, node } = this.#objects;
    this.#detach.push(
      podShare.follow({
        added: (pod) => this.#podSeen(pod),
        updated: (pod) => this.#podSeen(pod),
        deleted: (pod) => this.#workers.get(pod.metadata.uid)?.gone(),
      }),
      node.follow({
        added: (seen) => this.#registration.seen(seen),
        updated: (seen) => this.#registration.seen(seen),
        deleted: (seen) => this.#registration.deleted(seen),
      }),
    );
  }

  #podSeen(pod: V1Pod): void {
    const known = this.#workers.get(pod.metadata.uid);
    if (known) {
      known.update(pod);
      return;
    }
    const { uid } = pod.metadata;
    const found = this.#found.get(uid);
    this.#found.delete(uid);
    const worker = new PodWorker(this.#context, pod, found, {
      stopped: () => this.#admission.release(uid),
      ended: () => this.#workers.delete(uid),
    });
    this.#workers.set(uid, worker);
    worker.start(this.#admit(worker));
  }

  #admit({ state }: PodWorker) {
    if (state.settled || state.pod.metadata.deletionTimestamp) return undefined;
    if (!state.isKnown) return this.#admission.admit(state.pod);
    this.#admission.readmit(state.pod);
    return undefined;
  }

  #happened(event: RuntimeEvent): void {
    if (event.type === 'resync') {
      this.#resync();
      return;
    }
    const { container } = event;
    const worker = this.#workers.get(container.podUid);
    if (worker) worker.containerChanged(container);
    else this.#amend(container.podUid, container);
  }

  /** It changed between the list and the moment its pod is known. */
  #amend(uid: string, container: RuntimePod['containers'][number]): void {
    const found = this.#found.get(uid);
    if (!found) return;
    const containers = found.containers.map((other) => (other.id === container.id ? container : other));
    this.#found.set(uid, { ...found, containers });
  }

  #resync(): void {
    const { runtime, logger } = this.#options;
    runtime
      .pods(this.#abort.signal)
      .then((all) => {
        const byUid = new Map(all.map((pod) => [pod.spec.uid, pod]));
        for (const [uid, worker] of this.#workers) worker.resync(byUid.get(uid));
      })
      .catch((error) => this.#abort.signal.aborted || logger.warn('the runtime was not listed', { error }));
  }

  /** Pods that the API no longer has: they were removed by force while this kubelet was away. */
  async #removeOrphans(): Promise<void> {
    const { runtime, network, volumes, logger } = this.#options;
    for (const [uid, { spec, containers }] of this.#found) {
      this.#found.delete(uid);
      if (this.#workers.has(uid)) continue;
      logger.info('removing a pod that the API does not have', {
        pod: `${spec.namespace}/${spec.name}`,
        uid,
      });
      const stops = containers.filter(({ exit }) => !exit);
      await Promise.all(stops.map(({ id }) => runtime.stopContainer(id, { graceMs: 1_000 })));
      await runtime.removePod(uid);
      await network.detach(uid);
      await volumes?.release(uid);
    }
    const known = new Set(this.#workers.keys());
    await network.retain?.(known);
    await volumes?.retain(known);
  }

  #reportAll(): void {
    for (const worker of this.#workers.values()) worker.report();
  }

  #ownInformers(): NodeObjects {
    const { client, clock, random, logger, nodeName } = this.#options;
    const shared = { client, clock, random, logger };
    const podInformer = new Informer<V1Pod>({
      ...shared,
      resource: pods,
      fieldSelector: `spec.nodeName=${nodeName}`,
    });
    const nodeInformer = new Informer<V1Node>({
      ...shared,
      resource: nodes,
      fieldSelector: `metadata.name=${nodeName}`,
    });
    this.#informers.push(podInformer, nodeInformer);
    return { pods: wholeInformer(podInformer), node: wholeInformer(nodeInformer) };
  }

  #podContext(gate: Gate): PodContext {
    const { nodeName, facts, client, runtime, network, dns, volumes, prober, clock, random, logger } =
      this.#options;
    const internal = facts.addresses.filter(({ type }) => type === 'InternalIP');
    const {
      references = new ReferenceReader(client, clock),
      services,
      listeners,
      departures,
    } = this.#options;
    const events = new PodEvents(this.#recorder, this.#options.startEvents ?? true);
    const pods = () => [...this.#workers.values()].map(({ state }) => state);
    return {
      nodeName,
      hostIps: internal.map(({ address }) => address),
      allocatable: facts.allocatable ?? facts.capacity,
      ...{ client, gate, runtime, network, dns, volumes, departures, prober, clock, random, logger },
      statuses: this.#statuses,
      events,
      listening: listeners && new ListenWatch({ clock, runtime, events, view: listeners, pods }),
      environment: new Environment({ references, services }),
      timings: this.#timings,
    };
  }
}

function entryOf({ state }: PodWorker): DirectoryPod {
  return {
    pod: state.pod,
    ips: state.podIps,
    networkPath: state.attachment?.namespacePath,
    container(name, previous) {
      const record = state.record(name);
      return previous ? record?.former : record?.current;
    },
  };
}
