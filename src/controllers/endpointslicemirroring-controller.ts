// Mirrors the Endpoints that users write for Services without a selector into EndpointSlices, the only thing that proxies read.

import type { V1EndpointSlice } from '../api/generated/types.ts';
import { splitKey } from '../client/object-key.ts';
import { endpointSlices, endpoints, services } from '../client/resources.ts';
import { Controller, type ControllerContext } from './controller.ts';
import { isMirrored, mirroredBy, planMirror } from './endpoint/mirror-plan.ts';
import { managedByLabel, type SlicePlan, serviceNameLabel } from './endpoint/slice-plan.ts';
import { carryOutSlices } from './endpoint/slice-writes.ts';
import { OwnWrites } from './own-writes.ts';

const byEndpoints = 'endpoints of mirrored slice';

function endpointsOfSlice({ metadata }: V1EndpointSlice): string[] {
  if (metadata.labels?.[managedByLabel] !== mirroredBy) return [];
  return [`${metadata.namespace}/${metadata.labels[serviceNameLabel]}`];
}

class Mirror {
  readonly #context: ControllerContext;
  readonly #own: OwnWrites<V1EndpointSlice>;

  constructor(context: ControllerContext) {
    this.#context = context;
    const slices = context.informers.for(endpointSlices);
    slices.addIndex(byEndpoints, endpointsOfSlice);
    this.#own = new OwnWrites(slices);
  }

  async reconcile(key: string): Promise<void> {
    const api = this.#context.client.resource(endpointSlices, splitKey(key).namespace);
    await carryOutSlices(api, this.#plan(key), this.#own);
  }

  #plan(key: string): SlicePlan {
    const { informers } = this.#context;
    const seen = informers.for(endpointSlices).lister.byIndex(byEndpoints, key);
    const existing = this.#own.applyTo(seen, (slice) => endpointsOfSlice(slice).includes(key));
    const source = informers.for(endpoints).lister.get(key);
    const service = informers.for(services).lister.get(key);
    // Those of a Service with a selector are the work of the other controllers, which write slices themselves.
    const isUsers = service !== undefined && service.spec?.selector === undefined;
    const isWanted = isUsers && source && isMirrored(source) && !source.metadata.deletionTimestamp;
    return isWanted ? planMirror(source, existing) : { create: [], update: [], delete: existing };
  }
}

export function createEndpointSliceMirroringController(context: ControllerContext): Controller {
  const { informers } = context;
  const mirror = new Mirror(context);
  const controller = new Controller(context, {
    name: 'endpointslicemirroring-controller',
    reconcile: (key) => mirror.reconcile(key),
  });
  controller.watch(informers.for(endpoints));
  controller.watch(informers.for(services));
  controller.watch(informers.for(endpointSlices), endpointsOfSlice);
  return controller;
}
