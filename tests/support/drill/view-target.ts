// The target as it is now, for whoever looks only once.

import type { TargetRef } from '../../../src/drill/scenario/scenario.ts';
import { TargetWatch } from '../../../src/drill/world/target-watch.ts';
import type { TargetView, World } from '../../../src/drill/world/world.ts';

/** Rejects, in one line, when there is no such Service, it cannot be reached, or the API does not answer. */
export async function viewTarget(world: World, ref: TargetRef): Promise<TargetView> {
  const watch = new TargetWatch(world, ref);
  try {
    await watch.start();
    return watch.view();
  } finally {
    await watch.close();
  }
}
