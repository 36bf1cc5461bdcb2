// Killing replicas, and seeing that their processes are gone.

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
export function lookKilled(injection: Injection): string | undefined {
  const noted = notedPods(injection);
  const lines: string[] = [];
  for (const { uid, name, node } of injection.victims.pods) {
    const had = noted.get(uid) ?? [];
    if (had.length === 0 || had.some(lives)) return undefined;
    lines.push(`${name} on ${node} (PID ${had.map(({ pid }) => pid).join(', ')})`);
  }
  return lines.length === 0
    ? undefined
    : `the kernel has none of the processes any more of ${lines.join('; ')}`;
}
