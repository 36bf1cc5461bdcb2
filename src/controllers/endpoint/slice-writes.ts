// Carries out a plan of EndpointSlices.

import type { V1EndpointSlice } from '../../api/generated/types.ts';
import type { ResourceClient } from '../../client/resource-client.ts';
import { isStatusError } from '../../client/response-error.ts';
import type { OwnWrites } from '../own-writes.ts';
import type { SlicePlan } from './slice-plan.ts';

/** New slices first: an endpoint that moves is never missing in between. A slice that is gone meanwhile is not an error. */
export async function carryOutSlices(
  api: ResourceClient<V1EndpointSlice>,
  plan: SlicePlan,
  own: OwnWrites<V1EndpointSlice>,
): Promise<void> {
  for (const draft of plan.create) own.wrote(await api.create(draft));
  for (const slice of plan.update) {
    await orGone(slice, own, async () => own.wrote(await api.update(slice)));
  }
  for (const slice of plan.delete) {
    await orGone(slice, own, async () => void (await api.delete(slice.metadata.name)));
    own.deleted(slice);
  }
}

async function orGone(
  slice: V1EndpointSlice,
  own: OwnWrites<V1EndpointSlice>,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isStatusError(error, 404)) throw error;
    own.deleted(slice);
  }
}
