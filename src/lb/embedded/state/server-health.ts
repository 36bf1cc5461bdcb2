// The health of a server in shared memory: what ejection.ts decides on numbers, read and written under the lock of the backend, so that what
// one worker or the checker has seen counts at once for all.

import {
  type EjectedFor,
  ejectedFor,
  type HealthState,
  mayEjectForStatus,
  noteTraffic,
} from '../../ejection.ts';
import type { Observe } from '../../model.ts';
import type { Observation } from '../dispatch.ts';
import { serverFlag, serverReal, serverWord } from './records.ts';
import type { ServerCell } from './server-cell.ts';

export function readHealth({ reals }: ServerCell, onTrial: 0 | 1): HealthState {
  return {
    up: reals[serverReal.up] as number,
    progress: reals[serverReal.progress] as number,
    failures: reals[serverReal.failures] as number,
    ejected: reals[serverReal.ejected] as EjectedFor,
    ejectedUntil: reals[serverReal.ejectedUntil] as number,
    goodChecks: reals[serverReal.goodChecks] as number,
    onTrial,
  };
}

/** Returns whether the flags of the server are others now: the epoch has to grow, and those that wait have to be looked after. */
export function writeHealth(cell: ServerCell, health: HealthState): boolean {
  const { words, reals } = cell;
  reals[serverReal.up] = health.up;
  reals[serverReal.progress] = health.progress;
  reals[serverReal.failures] = health.failures;
  reals[serverReal.ejected] = health.ejected;
  reals[serverReal.ejectedUntil] = health.ejectedUntil;
  reals[serverReal.goodChecks] = health.goodChecks;
  Atomics.store(words, serverWord.failures, health.failures);
  return setFlags(cell, ownFlags, ejectionFlags(cell, health.ejected));
}

/** Of the flags in `mask` those in `flags` are set, the others cleared. Returns whether that made a difference. */
export function setFlags({ words }: ServerCell, mask: number, flags: number): boolean {
  let seen = Atomics.load(words, serverWord.flags);
  for (;;) {
    const next = (seen & ~mask) | flags;
    if (next === seen) return false;
    const now = Atomics.compareExchange(words, serverWord.flags, seen, next);
    if (now === seen) return true;
    seen = now;
  }
}

/** Whether an observation can be left out: it is good, and nothing was bad. Spares nearly all requests the lock. */
export function isNoNews(cell: ServerCell, seen: Observation, wasTrial: boolean): boolean {
  if (wasTrial) return false;
  if (seen.type === 'unused' || seen.type === 'idle') return true;
  return seen.type === 'answered' && seen.status < 500 && Atomics.load(cell.words, serverWord.failures) === 0;
}

/** Under the lock. `cells` are all servers of the backend. Returns whether flags of the server changed. */
export function noteSeen(
  cells: readonly ServerCell[],
  cell: ServerCell,
  seen: Observation,
  wasTrial: boolean,
  observe: Observe,
  nowMs: number,
): boolean {
  // What breaks after it was found down is because of that, often by our own hand: it must not keep it out when it is up again.
  if ((cell.flags & serverFlag.down) !== 0 && !wasTrial) return false;
  const before = readHealth(cell, wasTrial ? 1 : 0);
  const for5xx = cells.filter((each) => (each.flags & serverFlag.for5xx) !== 0).length;
  const mayEject = mayEjectForStatus(for5xx, cells.length, observe);
  const after = noteTraffic(before, seen, observe, nowMs, mayEject);
  const isOver = wasTrial && after.ejected !== ejectedFor.nothing && after.ejectedUntil > before.ejectedUntil;
  // Tried in vain: nobody tries it again before its new time is over. With `unused` the trial goes on with somebody else.
  const trialOver = isOver && setFlags(cell, serverFlag.trial, 0);
  const changed = after !== before && writeHealth(cell, after);
  if (wasTrial) Atomics.store(cell.words, serverWord.trial, 0);
  return changed || trialOver || wasTrial;
}

const ownFlags = serverFlag.ejected | serverFlag.for5xx | serverFlag.trial;

function ejectionFlags(cell: ServerCell, why: EjectedFor): number {
  if (why === ejectedFor.nothing) return 0;
  const trial = cell.flags & serverFlag.trial;
  return serverFlag.ejected | trial | (why === ejectedFor.status ? serverFlag.for5xx : 0);
}
