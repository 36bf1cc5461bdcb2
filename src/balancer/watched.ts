// Everything of the API that the balancer looks at, as live copies.

import type { V1EndpointSlice } from '../api/generated/types.ts';
import type { KubeObject } from '../api/object.ts';
import type { BackendPolicy } from '../api/relevo/backend-policy-types.ts';
import { backendPolicies } from '../api/relevo/resources.ts';
import type { Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import { Informer, type InformerOptions } from '../client/informer.ts';
import { keyFor } from '../client/object-key.ts';
import type { Resource } from '../client/resource.ts';
import {
  configMaps,
  deployments,
  endpointSlices,
  nodes,
  pods,
  replicaSets,
  secrets,
  services,
} from '../client/resources.ts';
import { ingressClasses, ingresses } from './resources.ts';
import { isDeparting } from './translate/pod-facts.ts';

export interface WatchedOptions {
  client: Client;
  clock: Clock;
  logger: Logger;
  random: Random;
}

export const sliceIndex = { service: 'service', pod: 'pod' } as const;
export const policyIndex = 'service';
const podIndex = { uid: 'uid', departing: 'departing' } as const;
const serviceNameLabel = 'kubernetes.io/service-name';

/** The key of the Service that a slice belongs to; undefined for one that belongs to none. */
export function serviceKeyOf({ metadata }: V1EndpointSlice): string | undefined {
  const name = metadata.labels?.[serviceNameLabel];
  return name === undefined ? undefined : keyFor(metadata.namespace, name);
}

/** The key of the Service that a policy is for. */
export function targetKeyOf({ metadata, spec }: BackendPolicy): string {
  return keyFor(metadata.namespace, spec.targetRef.name);
}

function podsOf({ endpoints }: V1EndpointSlice): string[] {
  return (endpoints ?? []).flatMap(({ targetRef }) => targetRef?.uid ?? []);
}

export class Watched {
  readonly services;
  readonly slices;
  readonly pods;
  readonly nodes;
  readonly configMaps;
  /** Only those with certificates. */
  readonly secrets;
  readonly policies;
  readonly deployments;
  readonly replicaSets;
  readonly ingresses;
  readonly ingressClasses;
  readonly #all: Informer<KubeObject>[] = [];

  constructor(options: WatchedOptions) {
    const watch = <T extends KubeObject>(resource: Resource<T>, more: Partial<InformerOptions<T>> = {}) => {
      const informer = new Informer<T>({ ...options, resource, ...more });
      this.#all.push(informer as unknown as Informer<KubeObject>);
      return informer;
    };
    this.services = watch(services);
    this.slices = watch(endpointSlices);
    this.slices.addIndex(sliceIndex.service, (slice) => [serviceKeyOf(slice) ?? '']);
    this.slices.addIndex(sliceIndex.pod, podsOf);
    this.pods = watch(pods);
    this.pods.addIndex(podIndex.uid, ({ metadata }) => [metadata.uid]);
    this.pods.addIndex(podIndex.departing, (pod) => (isDeparting(pod) ? [''] : []));
    this.nodes = watch(nodes);
    this.configMaps = watch(configMaps);
    this.secrets = watch(secrets, { fieldSelector: 'type=kubernetes.io/tls' });
    this.policies = watch(backendPolicies);
    this.policies.addIndex(policyIndex, (policy) => [targetKeyOf(policy)]);
    this.deployments = watch(deployments);
    this.replicaSets = watch(replicaSets);
    this.ingresses = watch(ingresses);
    this.ingressClasses = watch(ingressClasses);
  }

  get hasSynced(): boolean {
    return this.#all.every((informer) => informer.hasSynced);
  }

  podByUid(uid: string) {
    return this.pods.lister.byIndex(podIndex.uid, uid)[0];
  }

  /** Those that are to go. */
  departingPods() {
    return this.pods.lister.byIndex(podIndex.departing, '');
  }

  /** Those of a Service, by its key. */
  slicesOf(serviceKey: string) {
    return this.slices.lister.byIndex(sliceIndex.service, serviceKey);
  }

  policiesOf(serviceKey: string) {
    return this.policies.lister.byIndex(policyIndex, serviceKey);
  }

  start(): void {
    for (const informer of this.#all) informer.start();
  }

  /** Resolves when everything is known; rejects when it is closed before. */
  async synced(): Promise<void> {
    await Promise.all(this.#all.map((informer) => informer.synced()));
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((informer) => informer.close()));
  }
}
