// Makes good what earlier runs left behind: those that were killed together with their guard, and those whose guard could not do it.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { machineTime } from '../../../base/machine-time.ts';
import { type Told, told, toldOf } from '../../told.ts';
import type { World } from '../../world/world.ts';
import { worldName } from '../../world/world-access.ts';
import { carryOutUndo, type UndoOptions } from './carry-out-undo.ts';
import { UndoJournal } from './undo-journal.ts';

export interface Recovery {
  /** Runs whose faults were taken back just now, or by their guard while this waited. */
  readonly recovered: readonly string[];
  /** What remains, a line each. */
  readonly remains: readonly Told[];
}

/** A guard gives up after a while, and so does whoever waits for it. */
const guardWithinMs = 120_000;

/** Journals of runs that go on, and of other clusters, are left alone. Rejects only when the folder cannot be read. */
export async function recoverJournals(world: World, options: UndoOptions = {}): Promise<Recovery> {
  const recovered: string[] = [];
  const remains: Told[] = [];
  for (const file of journalsIn(world.stateFolder)) {
    const left = await recover(world, file, options);
    if (left?.length === 0) recovered.push(path.basename(file));
    remains.push(...(left ?? []));
  }
  return { recovered, remains };
}

/** What remains; undefined: it is none of ours. */
async function recover(world: World, file: string, options: UndoOptions): Promise<Told[] | undefined> {
  let journal: UndoJournal | undefined;
  try {
    journal = await withoutGuard(file);
  } catch (error) {
    return [damaged(file, toldOf(error))];
  }
  // Its guard was quicker.
  if (!journal) return [];
  if (journal.runnerLives || isOfAnother(world, journal)) return undefined;
  const left = await carryOutUndo(world, journal.steps, options);
  if (left.length === 0) for (const { key } of journal.entries) journal.done(key);
  return left;
}

function damaged(file: string, why: Told): Told {
  return told(
    `${file} cannot be read: ${why.en}; look what it says, and remove it`,
    `${file} no se puede leer: ${why.es}; mira qué dice, y quítalo`,
  );
}

/** As it is when its guard has ended; undefined when there is nothing left of it. */
async function withoutGuard(file: string): Promise<UndoJournal | undefined> {
  const giveUp = machineTime() + guardWithinMs;
  for (;;) {
    const journal = readIfThere(file);
    if (!journal || journal.runnerLives || !journal.guardLives || machineTime() > giveUp) return journal;
    await after(100);
  }
}

function readIfThere(file: string): UndoJournal | undefined {
  try {
    return UndoJournal.read(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isOfAnother({ access }: World, journal: UndoJournal): boolean {
  return access !== undefined && journal.world !== '' && worldName(access) !== journal.world;
}

function journalsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(UndoJournal.isJournal)
      .sort()
      .map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
