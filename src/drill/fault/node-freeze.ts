// Everything on nodes stands still: cables are plugged in, connections stay open, nobody answers.

import { standsStill } from '../../base/process-files.ts';
import type { MachineStatus } from '../../machinery/machinery.ts';
import { told } from '../told.ts';
import { notedKubelets, noteKubelets, statusOfVictims } from './acts/stop-nodes.ts';
import { losing } from './choice/losing.ts';
import { chooseNodes } from './choice/nodes.ts';
import { beginsNow, defineFault } from './define-fault.ts';
import type { Injection } from './fault.ts';
import { forget, heldSince } from './look/held-since.ts';
import { processesOfPods } from './look/pod-processes.ts';
import { areSilent } from './look/silence.ts';
import { machineryOf, needsMachinery } from './need/needs.ts';
import { nodeParameters } from './parameters.ts';

export const nodeFreeze = defineFault({
  name: 'node-freeze',
  summary: {
    en: 'Lets everything on nodes stand still: connections stay open and nobody answers.',
    es: 'Detiene todo lo que se ejecuta en nodos sin matarlo: las conexiones siguen abiertas y nadie responde.',
  },
  parameters: nodeParameters,
  lasts: true,
  impossible: needsMachinery,
  choose: (target, parameters, random) => losing(target, chooseNodes(target, parameters, random)),
  undo: ({ nodes }) => nodes.map((node) => ({ type: 'node-thaw', node })),
  async inject(injection) {
    await noteKubelets(injection);
    beginsNow(injection);
    const machinery = machineryOf(injection);
    await Promise.all(injection.victims.nodes.map((node) => machinery.freeze(node)));
  },
  async look(injection) {
    const pids = await frozen(injection);
    if (pids === undefined) {
      forget(injection);
      return undefined;
    }
    const since = heldSince(injection);
    if (!areSilent(injection)) return 'perhaps';
    const nodes = injection.victims.nodes.join(', ');
    const others = pids - injection.victims.nodes.length;
    return {
      text: told(
        `the kubelet and ${others} processes of pods on ${nodes} are in state T`,
        `el kubelet y ${others} procesos de pods en ${nodes} están en estado T`,
      ),
      since,
    };
  },
});

/** How many processes stand still; undefined: not all do. */
async function frozen(injection: Injection): Promise<number | undefined> {
  const kubelets = notedKubelets(injection);
  if (kubelets.length < injection.victims.nodes.length) return undefined;
  const pods = processesOfPods(injection.victims.pods.map(({ uid }) => uid));
  const pids = [...kubelets, ...[...pods.values()].flat()].map(({ pid }) => pid);
  const machines = await statusOfVictims(injection);
  const isFrozen = ({ state }: MachineStatus) => state === 'frozen';
  return pids.every(standsStill) && machines.every(isFrozen) ? pids.length : undefined;
}
