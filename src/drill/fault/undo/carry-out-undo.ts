// Takes faults back, and proves that they were: what cannot be proven is told.

import { setTimeout as after } from 'node:timers/promises';
import { machineTime } from '../../../base/machine-time.ts';
import { type Told, told, toldOf } from '../../told.ts';
import type { World } from '../../world/world.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';
import { undoingOf } from './undoing-of.ts';

export interface UndoOptions {
  /** How long all of it may take; undefined: 90 s. */
  readonly withinMs?: number;
  /** Aborted: no further attempt is made, and what is not proven remains. */
  readonly signal?: AbortSignal;
}

const usualMs = 90_000;
const againMs = 100;
const actAgainMs = 500;

/**
 * All at once, each again and again until it is proven: one may wait for another (a frozen pod on a frozen node). Resolves with what remains,
 * a line each that says what to do; empty: all is as it was. Never rejects.
 */
export async function carryOutUndo(
  world: World,
  steps: readonly UndoStep[],
  { withinMs = usualMs, signal }: UndoOptions = {},
): Promise<Told[]> {
  const limit = AbortSignal.timeout(withinMs);
  const until = signal ? AbortSignal.any([limit, signal]) : limit;
  const remains = await Promise.all(distinct(steps).map((step) => carryOut(undoingOf(world, step), until)));
  return remains.filter((line) => line !== undefined);
}

async function carryOut(undoing: Undoing, until: AbortSignal): Promise<Told | undefined> {
  let reason = noTime;
  let actedAt: number | undefined;
  const begun = machineTime();
  while (!until.aborted) {
    try {
      // Once more after a while: a program that waits for one that is stopped stops itself again when it is woken before that one.
      if (actedAt === undefined || machineTime() - actedAt > actAgainMs) {
        await undoing.act(until);
        actedAt = machineTime();
      }
      const missing = await undoing.missing(until);
      if (missing === undefined) return undefined;
      reason = missing;
    } catch (error) {
      if (!until.aborted) reason = toldOf(error);
    }
    // What fails at once need not be tried ten times a second for long.
    const pauseMs = machineTime() - begun > 5_000 ? 500 : againMs;
    await after(pauseMs, undefined, { signal: until }).catch(() => {});
  }
  const { remains, remedy } = undoing;
  return told(`${remains.en} (${reason.en}); ${remedy.en}`, `${remains.es} (${reason.es}); ${remedy.es}`);
}

const noTime = told('there was no time for it', 'no hubo tiempo para ello');

/** The same step twice is one. */
function distinct(steps: readonly UndoStep[]): UndoStep[] {
  return [...new Map(steps.map((step) => [JSON.stringify(step), step])).values()];
}
