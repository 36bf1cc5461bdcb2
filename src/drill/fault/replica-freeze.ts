// The processes of replicas stand still: they hold their connections and say nothing, the way an overloaded program does.

import { standsStill } from '../../base/process-files.ts';
import { joined, told } from '../told.ts';
import { losing } from './choice/losing.ts';
import { choosePods, podOnNode } from './choice/pods.ts';
import { defineFault } from './define-fault.ts';
import { forget, heldSince } from './look/held-since.ts';
import { processesOfPods } from './look/pod-processes.ts';
import { areSilent } from './look/silence.ts';
import { machineryOf, needsMachinery, needsReplicas } from './need/needs.ts';
import { podParameters } from './parameters.ts';

export const replicaFreeze = defineFault({
  name: 'replica-freeze',
  summary: {
    en: 'Lets the processes of replicas stand still: connections stay open and nobody answers.',
    es: 'Detiene los procesos de réplicas sin matarlos: las conexiones siguen abiertas y nadie responde.',
  },
  parameters: podParameters,
  lasts: true,
  impossible: async (world, target) => needsReplicas(target) ?? (await needsMachinery(world)),
  choose: (target, parameters, random) => losing(target, choosePods(target, parameters, random)),
  undo: ({ pods }) => pods.map(({ namespace, name, uid }) => ({ type: 'pod-thaw', namespace, name, uid })),
  async inject(injection) {
    const machinery = machineryOf(injection);
    // Held: a liveness probe may kill it meanwhile, and what is started then would not stand still.
    await Promise.all(injection.victims.pods.map((pod) => machinery.freezePod(pod, { hold: true })));
  },
  async look(injection) {
    const { victims } = injection;
    const seen = processesOfPods(victims.pods.map(({ uid }) => uid));
    const all = [...seen.values()];
    if (all.some((processes) => processes.length === 0) || !all.flat().every(({ pid }) => standsStill(pid))) {
      forget(injection);
      return undefined;
    }
    const since = heldSince(injection);
    if (!areSilent(injection)) return 'perhaps';
    const pids = all.flat().map(({ pid }) => pid);
    const names = joined(victims.pods.map(podOnNode), ', ');
    const list = `PID ${pids.join(', ')}`;
    return {
      text:
        pids.length === 1
          ? told(
              `the only process of ${names.en} is in state T (${list}), and does not answer`,
              `el único proceso de ${names.es} está en estado T (${list}), y no responde`,
            )
          : told(
              `all ${pids.length} processes of ${names.en} are in state T (${list}), and nothing of them answers`,
              `los ${pids.length} procesos de ${names.es} están en estado T (${list}), y ninguno responde`,
            ),
      since,
    };
  },
});
