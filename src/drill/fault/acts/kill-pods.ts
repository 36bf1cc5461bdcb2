// Killing replicas, and seeing that their processes are gone.

import { asIs, joined, type Told, told } from '../../told.ts';
import { podOnNode } from '../choice/pods.ts';
import { beginsNow } from '../define-fault.ts';
import type { Injection } from '../fault.ts';
import { lives, processesOfPods, type SeenProcess } from '../look/pod-processes.ts';
import { machineryOf } from '../need/needs.ts';

const before = 'processes before';

/** All victims at once. Rejects when a victim has no processes: nothing would be killed. */
export async function killPods(injection: Injection, hold: boolean): Promise<void> {
  notePods(injection);
  beginsNow(injection);
  const machinery = machineryOf(injection);
  await Promise.all(injection.victims.pods.map((pod) => machinery.killPod(pod, { hold })));
}

/** What lookKilled() compares with; for faults that kill them otherwise. */
export function notePods({ victims, notes }: Injection): void {
  notes.set(before, processesOfPods(victims.pods.map(({ uid }) => uid)));
}

/** What was seen before, by pod UID. */
export function notedPods({ notes }: Injection): ReadonlyMap<string, readonly SeenProcess[]> {
  return (notes.get(before) as ReadonlyMap<string, readonly SeenProcess[]> | undefined) ?? new Map();
}

/** Undefined while one of the processes that they had lives, and where a pod had none that could be seen. */
export function lookKilled(injection: Injection): Told | undefined {
  const noted = notedPods(injection);
  const gone: Told[] = [];
  for (const pod of injection.victims.pods) {
    const had = noted.get(pod.uid) ?? [];
    if (had.length === 0 || had.some(lives)) return undefined;
    const pids = asIs(`(PID ${had.map(({ pid }) => pid).join(', ')})`);
    gone.push(joined([podOnNode(pod), pids], ' '));
  }
  if (gone.length === 0) return undefined;
  const { en, es } = joined(gone, '; ');
  return told(
    `the kernel has none of the processes any more of ${en}`,
    `el núcleo ya no tiene ninguno de los procesos de ${es}`,
  );
}
