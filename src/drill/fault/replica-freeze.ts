// The processes of replicas stand still: they hold their connections and say nothing, the way an overloaded program does.

import { losing } from './choice/losing.ts';
import { choosePods } from './choice/pods.ts';
import { defineFault } from './define-fault.ts';
import { forget, heldSince } from './look/held-since.ts';
import { processesOfPods, standsStill } from './look/pod-processes.ts';
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
    const names = victims.pods.map(({ name, node }) => `${name} on ${node}`).join(', ');
    return {
      text: `all ${pids.length} processes of ${names} are in state T (PID ${pids.join(', ')}), and nothing of them answers`,
      since,
    };
  },
});
