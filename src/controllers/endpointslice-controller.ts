// Keeps the EndpointSlices of every Service with a selector: who serves it, on which ports, ready or on the way out.

import type { V1EndpointSlice, V1Pod, V1Service } from '../api/generated/types.ts';
import { splitKey } from '../client/object-key.ts';
import { endpointSlices, nodes, pods, services } from '../client/resources.ts';
import { Controller, type ControllerContext } from './controller.ts';
import { podEndpoint } from './endpoint/pod-endpoint.ts';
import { changesEndpoint, hasPods, podMatcher, servicesOf } from './endpoint/service-pods.ts';
import {
  managedBy,
  managedByLabel,
  planSlices,
  type SlicePlan,
  serviceNameLabel,
} from './endpoint/slice-plan.ts';
import { carryOutSlices } from './endpoint/slice-writes.ts';
import { OwnWrites } from './own-writes.ts';

const byService = 'service of slice';
const zoneLabel = 'topology.kubernetes.io/zone';

/** A few changes are told at once; a thousand pods that become ready must not rewrite their slices a thousand times. */
function batchMs(endpointCount: number): number {
  return 5 + Math.min(500, endpointCount / 5);
}

function serviceOfSlice({ metadata }: V1EndpointSlice): string[] {
  if (metadata.labels?.[managedByLabel] !== managedBy) return [];
  return [`${metadata.namespace}/${metadata.labels[serviceNameLabel]}`];
}

class EndpointSliceWriter {
  readonly #context: ControllerContext;
  readonly #own: OwnWrites<V1EndpointSlice>;
  /** Endpoints per Service at the last look. */
  readonly #sizes = new Map<string, number>();

  constructor(context: ControllerContext) {
    this.#context = context;
    const slices = context.informers.for(endpointSlices);
    slices.addIndex(byService, serviceOfSlice);
    this.#own = new OwnWrites(slices);
  }

  batchMs(key: string): number {
    return batchMs(this.#sizes.get(key) ?? 0);
  }

  async reconcile(key: string): Promise<void> {
    const { informers } = this.#context;
    const service = informers.for(services).lister.get(key);
    // Its slices go with it: they name it as their owner.
    if (!service || !hasPods(service) || service.metadata.deletionTimestamp) {
      this.#sizes.delete(key);
      return;
    }
    const plan = this.#plan(key, service);
    const api = this.#context.client.resource(endpointSlices, splitKey(key).namespace);
    await carryOutSlices(api, plan, this.#own);
  }

  #plan(key: string, service: V1Service): SlicePlan {
    const { informers } = this.#context;
    const query = { namespace: service.metadata.namespace, selector: podMatcher(service) };
    const endpoints = informers
      .for(pods)
      .lister.list(query)
      .flatMap((pod) => podEndpoint(pod, service) ?? []);
    this.#sizes.set(key, endpoints.length);
    const seen = informers.for(endpointSlices).lister.byIndex(byService, key);
    const existing = this.#own.applyTo(seen, (slice) => serviceOfSlice(slice).includes(key));
    const nodeLister = informers.for(nodes).lister;
    return planSlices(service, endpoints, existing, {
      zoneOf: (nodeName) => nodeLister.get(nodeName)?.metadata.labels?.[zoneLabel],
    });
  }
}

export function createEndpointSliceController(context: ControllerContext): Controller {
  const { informers } = context;
  const writer = new EndpointSliceWriter(context);
  const reconcile = (key: string) => writer.reconcile(key);
  const controller = new Controller(context, { name: 'endpointslice-controller', reconcile });
  const serviceLister = informers.for(services).lister;
  const podChanged = (pod: V1Pod): void => {
    for (const key of servicesOf(pod, serviceLister)) controller.enqueueAfter(key, writer.batchMs(key));
  };
  controller.watch(informers.for(services));
  controller.watch(informers.for(endpointSlices), serviceOfSlice);
  controller.observe(informers.for(nodes));
  controller.observe(informers.for(pods), {
    added: podChanged,
    updated(pod, old) {
      if (!changesEndpoint(pod, old)) return;
      podChanged(old);
      podChanged(pod);
    },
    deleted: podChanged,
  });
  return controller;
}
