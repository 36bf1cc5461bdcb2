// Keeps the Endpoints object of every Service with a selector, for clients that do not read EndpointSlices.

import type { V1Endpoints, V1Pod, V1Service } from '../api/generated/types.ts';
import { deepEqual } from '../base/deep-equal.ts';
import { keyOf, splitKey } from '../client/object-key.ts';
import type { Draft } from '../client/resource.ts';
import { endpoints, pods, services } from '../client/resources.ts';
import { Controller, type ControllerContext } from './controller.ts';
import { deleteIfThere } from './delete-if-there.ts';
import { isHeadless, podEndpoint } from './endpoint/pod-endpoint.ts';
import { changesEndpoint, hasPods, podMatcher, servicesOf } from './endpoint/service-pods.ts';
import { headlessLabel } from './endpoint/slice-plan.ts';
import { endpointsSubsets } from './endpoint/subsets.ts';

const overCapacity = 'endpoints.kubernetes.io/over-capacity';

function labelsFor(service: V1Service): Record<string, string> {
  const { [headlessLabel]: _, ...labels } = service.metadata.labels ?? {};
  return isHeadless(service) ? { ...labels, [headlessLabel]: '' } : labels;
}

function annotationsFor(old: V1Endpoints | undefined, truncated: boolean): Record<string, string> {
  const { [overCapacity]: _, ...annotations } = old?.metadata.annotations ?? {};
  return truncated ? { ...annotations, [overCapacity]: 'truncated' } : annotations;
}

function isSame(old: V1Endpoints, next: Draft<V1Endpoints>): boolean {
  return (
    deepEqual(old.subsets ?? [], next.subsets) &&
    deepEqual(old.metadata.labels ?? {}, next.metadata.labels) &&
    deepEqual(old.metadata.annotations ?? {}, next.metadata.annotations)
  );
}

async function reconcile({ client, informers }: ControllerContext, key: string): Promise<void> {
  const { namespace, name } = splitKey(key);
  const api = client.resource(endpoints, namespace);
  const service = informers.for(services).lister.get(key);
  const old = informers.for(endpoints).lister.get(key);
  if (!service) return old ? deleteIfThere(api, old) : undefined;
  if (!hasPods(service)) return;
  const members = informers.for(pods).lister.list({ namespace, selector: podMatcher(service) });
  const found = endpointsSubsets(
    service,
    members.flatMap((pod) => podEndpoint(pod, service) ?? []),
  );
  const labels = labelsFor(service);
  const annotations = annotationsFor(old, found.truncated);
  const next = {
    metadata: { ...old?.metadata, name, namespace, labels, annotations },
    subsets: found.subsets,
  };
  if (!old) await api.create(next);
  else if (!isSame(old, next))
    await api.update({ ...old, ...next, metadata: { ...old.metadata, ...next.metadata } });
}

function hasService({ informers }: ControllerContext, object: V1Endpoints): boolean {
  return informers.for(services).lister.get(keyOf(object)) !== undefined;
}

export function createEndpointsController(context: ControllerContext): Controller {
  const { informers } = context;
  const controller = new Controller(context, {
    name: 'endpoint-controller',
    reconcile: (key) => reconcile(context, key),
    // One object holds all addresses: writing it is dear, and nothing here reads it.
    batchMs: 100,
  });
  const podChanged = (pod: V1Pod): void => {
    for (const key of servicesOf(pod, informers.for(services).lister)) controller.enqueue(key);
  };
  controller.watch(informers.for(services));
  const existing = informers.for(endpoints);
  const enqueue = (object: V1Endpoints): void => controller.enqueue(keyOf(object));
  controller.observe(existing, {
    // At the start those left over by Services that went meanwhile are found. Later ones without a Service are a user's own.
    added: (object) => existing.hasSynced || enqueue(object),
    updated: (object) => hasService(context, object) && enqueue(object),
    deleted: enqueue,
  });
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
