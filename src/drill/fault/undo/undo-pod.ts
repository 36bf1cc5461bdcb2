// Replicas go on, and those that were held back may start: undone when none of their processes stands still and nobody holds them.

import type { World } from '../../world/world.ts';
import { processesOfPods, standsStill } from '../look/pod-processes.ts';
import { machineryOf } from '../need/needs.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

export function undoPod(
  world: World,
  { namespace, name, uid }: Extract<UndoStep, { type: 'pod-thaw' }>,
): Undoing {
  return {
    remains: `${namespace}/${name} is frozen or held back`,
    remedy: `"relevo pod thaw ${name} -n ${namespace}"`,
    async act() {
      await machineryOf({ world })
        .thawPod({ namespace, name })
        .catch((error: Error) => {
          // Deleted meanwhile.
          if (!error.message.startsWith(`there is no pod "${name}"`)) throw error;
        });
    },
    async missing() {
      const machines = await machineryOf({ world }).nodes();
      if (machines.some(({ heldPods }) => heldPods.includes(`${namespace}/${name}`)))
        return 'it is held back';
      const processes = processesOfPods([uid]).get(uid) ?? [];
      return processes.some(({ pid }) => standsStill(pid)) ? 'its processes stand still' : undefined;
    },
  };
}
