// A pod that is held starts none of its containers: a gap somebody wants to look at, or to mend by hand. It is a file in the pod's folder, so
// that it outlives kubelets, is seen without the API, and goes with the pod.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/sleep.ts';

/** How late a release is noticed at most. */
const lookEveryMs = 50;

/** Idempotent. */
export function holdPod(podFolder: string): void {
  writeFileSync(fileIn(podFolder), '', { mode: 0o600 });
}

/** Idempotent. */
export function releasePod(podFolder: string): void {
  rmSync(fileIn(podFolder), { force: true });
}

export function isHeld(podFolder: string): boolean {
  return existsSync(fileIn(podFolder));
}

/** Resolves when the pod is not held, or is gone. Rejects with the signal's reason. */
export async function untilReleased(podFolder: string, clock: Clock, signal?: AbortSignal): Promise<void> {
  while (isHeld(podFolder)) {
    await sleep(clock, lookEveryMs, signal);
    signal?.throwIfAborted();
  }
}

function fileIn(podFolder: string): string {
  return path.join(podFolder, 'held');
}
