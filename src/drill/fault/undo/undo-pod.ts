// Replicas go on, and those that were held back may start: undone when none of their processes stands still and nobody holds them.

import { standsStill } from '../../../base/process-files.ts';
import { asIs, told } from '../../told.ts';
import type { World } from '../../world/world.ts';
import { processesOfPods } from '../look/pod-processes.ts';
import { machineryOf } from '../need/needs.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

export function undoPod(
  world: World,
  { namespace, name, uid }: Extract<UndoStep, { type: 'pod-thaw' }>,
): Undoing {
  return {
    remains: told(
      `${namespace}/${name} is frozen or held back`,
      `${namespace}/${name} está congelado o retenido`,
    ),
    remedy: asIs(`"relevo pod thaw ${name} -n ${namespace}"`),
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
      if (machines.some(({ heldPods }) => heldPods.includes(`${namespace}/${name}`))) return heldBack;
      const processes = processesOfPods([uid]).get(uid) ?? [];
      return processes.some(({ pid }) => standsStill(pid)) ? standing : undefined;
    },
  };
}

const heldBack = told('it is held back', 'está retenido');
const standing = told('its processes stand still', 'sus procesos están detenidos');
