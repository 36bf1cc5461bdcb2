// Cutting the power of nodes, and seeing that nothing runs on them.

import { processIdentity } from '../../../base/process-identity.ts';
import type { MachineStatus } from '../../../machinery/machinery.ts';
import { counted } from '../../counted.ts';
import { joined, type Told, told } from '../../told.ts';
import { beginsNow } from '../define-fault.ts';
import type { Injection } from '../fault.ts';
import { lives, type SeenProcess } from '../look/pod-processes.ts';
import { machineryOf } from '../need/needs.ts';
import { notedPods, notePods } from './kill-pods.ts';

const before = 'kubelets before';

/** All victims at once. */
export async function stopNodes(injection: Injection): Promise<void> {
  notePods(injection);
  await noteKubelets(injection);
  beginsNow(injection);
  const machinery = machineryOf(injection);
  await Promise.all(injection.victims.nodes.map((node) => machinery.stop(node)));
}

/** The kubelets of the victims as they are; those that are being started have none. */
export async function noteKubelets(injection: Injection): Promise<void> {
  injection.notes.set(before, await kubeletsOf(injection));
}

export function notedKubelets({ notes }: Injection): readonly SeenKubelet[] {
  return (notes.get(before) as readonly SeenKubelet[] | undefined) ?? [];
}

export interface SeenKubelet extends SeenProcess {
  readonly node: string;
}

/** Of the victims, in their order. */
export async function statusOfVictims(injection: Injection): Promise<MachineStatus[]> {
  const all = await machineryOf(injection).nodes();
  return injection.victims.nodes.flatMap((node) => all.find(({ name }) => name === node) ?? []);
}

/** Undefined while anything that ran on them lives. */
export async function lookStopped(injection: Injection): Promise<Told | undefined> {
  const pods = [...notedPods(injection).values()].flat();
  const kubelets = notedKubelets(injection);
  if (kubelets.length === 0 || [...pods, ...kubelets].some(lives)) return undefined;
  const machines = await statusOfVictims(injection);
  const isOff = ({ state, pods: left }: MachineStatus) => state === 'stopped' && left.length === 0;
  if (machines.length < injection.victims.nodes.length || !machines.every(isOff)) return undefined;
  const { en, es } = joined(kubelets.map(kubeletWas), ', ');
  return told(
    `nothing runs any more on ${en}; ${counted(pods.length, 'process', 'processes')} of the target's pods went with it`,
    `ya no hay nada en ejecución en ${es}; con ello se ${pods.length === 1 ? 'fue' : 'fueron'} ${counted(pods.length, 'proceso', 'procesos')} de los pods del objetivo`,
  );
}

function kubeletWas({ node, pid }: SeenKubelet): Told {
  return told(`${node} (kubelet was PID ${pid})`, `${node} (su kubelet era el PID ${pid})`);
}

async function kubeletsOf(injection: Injection): Promise<SeenKubelet[]> {
  const machines = await statusOfVictims(injection);
  return machines.flatMap(({ name: node, kubeletPid: pid }) => {
    const identity = pid === undefined ? undefined : processIdentity(pid);
    return pid === undefined || identity === undefined ? [] : [{ node, pid, identity }];
  });
}
