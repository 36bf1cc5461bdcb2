// emptyDir volumes that hold more than their sizeLimit: as in Kubernetes, they are measured now and then, and cost the pod its place.

import type { V1Volume } from '../../api/generated/types.ts';
import { parseQuantity } from '../../api/quantity.ts';
import { folderSize } from './folder-size.ts';

const nanos = 1_000_000_000n;

/** What is wrong with the first that is over its limit, in Kubernetes' words; undefined when none is. `place`: where a volume lies. */
export async function overfull(
  volumes: readonly V1Volume[],
  place: (volume: V1Volume) => string,
): Promise<string | undefined> {
  for (const volume of volumes) {
    const { sizeLimit = '0' } = volume.emptyDir ?? {};
    const limitBytes = Number(parseQuantity(sizeLimit).nanos / nanos);
    // 0 is no limit.
    if (limitBytes === 0 || (await folderSize(place(volume), limitBytes)) <= limitBytes) continue;
    return `Usage of EmptyDir volume "${volume.name}" exceeds the limit "${sizeLimit}".`;
  }
  return undefined;
}
