// Which Services a change of the API concerns, so that one pod of a thousand does not make everything be translated anew.

import { isReady } from '../api/core/readiness.ts';
import type { V1Node, V1Pod, V1Service } from '../api/generated/types.ts';
import type { KubeObject } from '../api/object.ts';
import type { BackendPolicy } from '../api/relevo/backend-policy-types.ts';
import { deepEqual } from '../base/deep-equal.ts';
import type { Informer } from '../client/informer.ts';
import { keyOf } from '../client/object-key.ts';
import { serviceKeyOf, sliceIndex, targetKeyOf, type Watched } from './watched.ts';

/** What has to be looked at again. */
export interface ChangeSet {
  readonly services: Set<string>;
  /** Whether Services came, went or changed themselves. */
  serviceList: boolean;
  ingresses: boolean;
}

export class Changes {
  readonly #watched: Watched;
  readonly #tell: () => void;
  #set = emptySet();

  /** Hears from the informers at once. `tell` is called for each change, and may be called for nothing. */
  constructor(watched: Watched, tell: () => void) {
    this.#watched = watched;
    this.#tell = tell;
    this.#hearServices();
    this.#hearPods();
    this.#hear(watched.slices, (slice) => this.#services(serviceKeyOf(slice) ?? ''));
    this.#hear(watched.nodes, () => this.#policies(ofNodes), nodeChanged);
    this.#hear(watched.policies, (policy) => this.#policy(policy), policyChanged);
    this.#hear(watched.configMaps, ({ metadata: { namespace, name } }) =>
      this.#policies(
        (one) => one.metadata.namespace === namespace && one.spec.sorry?.configMap?.name === name,
      ),
    );
    for (const informer of [watched.deployments, watched.replicaSets] as const) {
      this.#hear(informer as unknown as Informer<KubeObject>, ({ metadata: { namespace } }) =>
        this.#policies((one) => one.metadata.namespace === namespace && one.spec.backup !== undefined),
      );
    }
    for (const informer of [watched.ingresses, watched.ingressClasses, watched.secrets] as const) {
      this.#hear(informer as unknown as Informer<KubeObject>, () => this.ingresses());
    }
  }

  /** What has changed since the last call. */
  take(): ChangeSet {
    const set = this.#set;
    this.#set = emptySet();
    return set;
  }

  /** What take() gave could not be used. */
  giveBack({ services, serviceList, ingresses }: ChangeSet): void {
    for (const key of services) this.#set.services.add(key);
    this.#set.serviceList ||= serviceList;
    this.#set.ingresses ||= ingresses;
  }

  /** Something that Ingresses depend on changed outside the API. */
  ingresses(): void {
    this.#set.ingresses = true;
    this.#tell();
  }

  #hear<T extends KubeObject>(
    informer: Informer<T>,
    changed: (object: T) => void,
    matters: (object: T, old: T) => boolean = () => true,
  ): void {
    informer.addHandler({
      added: changed,
      updated(object, old) {
        if (!matters(object, old)) return;
        changed(old);
        changed(object);
      },
      deleted: changed,
    });
  }

  #hearServices(): void {
    const changed = (service: V1Service) => {
      this.#set.serviceList = true;
      this.#set.ingresses = true;
      this.#services(keyOf(service));
    };
    this.#hear(this.#watched.services, changed, serviceChanged);
  }

  #hearPods(): void {
    const changed = (pod: V1Pod) => {
      const slices = this.#watched.slices.lister.byIndex(sliceIndex.pod, pod.metadata.uid);
      this.#services(...slices.map((slice) => serviceKeyOf(slice) ?? ''));
      const { namespace } = pod.metadata;
      this.#policies((one) => one.metadata.namespace === namespace && one.spec.backup !== undefined);
      // Also a pod that is in no Service has its departure acknowledged.
      this.#tell();
    };
    this.#hear(this.#watched.pods, changed, podChanged);
  }

  #services(...keys: readonly string[]): void {
    for (const key of keys) this.#set.services.add(key);
    this.#tell();
  }

  #policies(means: (policy: BackendPolicy) => boolean): void {
    for (const policy of this.#watched.policies.lister.list()) {
      if (means(policy)) this.#services(targetKeyOf(policy));
    }
  }

  #policy(policy: BackendPolicy): void {
    this.#services(targetKeyOf(policy));
  }
}

function emptySet(): ChangeSet {
  return { services: new Set(), serviceList: false, ingresses: false };
}

function ofNodes({ spec }: BackendPolicy): boolean {
  return spec.servers?.from === 'nodes';
}

/** Its status is written by the balancers themselves. */
function policyChanged(policy: BackendPolicy, old: BackendPolicy): boolean {
  return !deepEqual(policy.spec, old.spec);
}

function serviceChanged({ metadata, spec }: V1Service, old: V1Service): boolean {
  return (
    metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
    !deepEqual(metadata.annotations, old.metadata.annotations) ||
    !deepEqual(spec, old.spec)
  );
}

function podChanged(pod: V1Pod, old: V1Pod): boolean {
  const { metadata, status, spec } = pod;
  return (
    metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
    metadata.deletionGracePeriodSeconds !== old.metadata.deletionGracePeriodSeconds ||
    status?.podIP !== old.status?.podIP ||
    status?.phase !== old.status?.phase ||
    spec.nodeName !== old.spec.nodeName ||
    isReady(pod) !== isReady(old) ||
    !deepEqual(metadata.annotations, old.metadata.annotations) ||
    !deepEqual(metadata.labels, old.metadata.labels)
  );
}

/** Heartbeats are none. */
function nodeChanged({ metadata, status }: V1Node, old: V1Node): boolean {
  return (
    metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
    readiness(status) !== readiness(old.status) ||
    !deepEqual(status?.addresses, old.status?.addresses) ||
    !deepEqual(metadata.annotations, old.metadata.annotations) ||
    !deepEqual(metadata.labels, old.metadata.labels)
  );
}

function readiness(status: V1Node['status']): string | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}
