// The processes of replicas are killed with -9; kubelets start them again, unless they are held.

import { flag } from '../../api/relevo/field-schemas.ts';
import { killPods, lookKilled } from './acts/kill-pods.ts';
import { losing } from './choice/losing.ts';
import { choosePods } from './choice/pods.ts';
import { defineFault } from './define-fault.ts';
import { needsMachinery, needsReplicas } from './need/needs.ts';
import { flagIn, podParameters } from './parameters.ts';

export const replicaKill = defineFault({
  name: 'replica-kill',
  summary: {
    en: 'Kills the processes of replicas with -9; they are started again at once, or when the fault is undone.',
    es: 'Mata los procesos de réplicas con -9; se arrancan de nuevo enseguida, o cuando se deshace el fallo.',
  },
  parameters: {
    ...podParameters,
    hold: flag('Whether they are not started again until the fault is undone.', { default: false }),
  },
  lasts: true,
  // Otherwise its kubelet starts it again at once, and there is nothing left to undo.
  lastsIf: (parameters) => flagIn(parameters, 'hold'),
  impossible: async (world, target) => needsReplicas(target) ?? (await needsMachinery(world)),
  choose: (target, parameters, random) => losing(target, choosePods(target, parameters, random)),
  undo: ({ pods }, parameters) =>
    flagIn(parameters, 'hold')
      ? pods.map(({ namespace, name, uid }) => ({ type: 'pod-thaw', namespace, name, uid }))
      : [],
  inject: (injection) => killPods(injection, flagIn(injection.parameters, 'hold')),
  async look(injection) {
    const text = lookKilled(injection);
    return text === undefined ? undefined : { text };
  },
});
