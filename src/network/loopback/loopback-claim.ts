// Which /16 of 127.0.0.0/8 is a cluster's: one that no other running cluster of this machine has, by a lock that the kernel takes back
// when its holder dies.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type FileLock, tryFileLock } from '../../base/file-lock.ts';
import { LoopbackPlan, ranges } from './loopback-plan.ts';

export interface ClaimOptions {
  /** Tells the cluster from others; its own range is found again by it where that is free. */
  cluster: string;
  /** That of the last start: addresses of Services are kept in the API. Undefined: derived from `cluster`. */
  preferred?: number;
  /** The same for all clusters of the machine. Default /tmp/relevo-loopback. */
  folder?: string;
}

export interface LoopbackClaim {
  readonly plan: LoopbackPlan;
  /** Idempotent. */
  release(): void;
}

/** Throws when all are taken. `plan.number` may be another than the preferred one. */
export function claimLoopback({
  cluster,
  preferred,
  folder = '/tmp/relevo-loopback',
}: ClaimOptions): LoopbackClaim {
  // For every user of the machine, as /tmp itself; the mode that mkdir takes is cut by the umask, which only the others would miss.
  mkdirSync(folder, { recursive: true, mode: 0o1777 });
  for (const number of candidates(preferred ?? startOf(cluster))) {
    const lock = lockOf(path.join(folder, `127.${number}.lock`));
    if (lock) return { plan: new LoopbackPlan(number), release: () => lock.release() };
  }
  throw new Error(`no loopback range is free: the locks in ${folder} are all held; stop another cluster`);
}

function* candidates(start: number): Generator<number> {
  const count = ranges.last - ranges.first + 1;
  for (let step = 0; step < count; step++) yield ranges.first + ((start - ranges.first + step) % count);
}

/** Always the same for a cluster, so that its addresses are, too, even where nobody kept the number. */
function startOf(cluster: string): number {
  let hash = 0;
  for (const character of cluster) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return ranges.first + (hash % (ranges.last - ranges.first + 1));
}

/** Another user's lock file cannot even be opened: taken. */
function lockOf(file: string): FileLock | undefined {
  try {
    return tryFileLock(file);
  } catch (error) {
    if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
