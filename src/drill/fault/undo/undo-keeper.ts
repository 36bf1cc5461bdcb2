// Journal and guard of one run of a drill in one hand: what is pledged is taken back, by this process or by whoever comes after it.

import type { Told } from '../../told.ts';
import type { World } from '../../world/world.ts';
import { worldName } from '../../world/world-access.ts';
import type { UndoStep } from '../undo.ts';
import { carryOutUndo, type UndoOptions } from './carry-out-undo.ts';
import { UndoGuard } from './undo-guard.ts';
import { UndoJournal } from './undo-journal.ts';

export class UndoKeeper {
  readonly #world: World;
  readonly #journal: UndoJournal;
  readonly #guard: UndoGuard | undefined;

  private constructor(world: World, journal: UndoJournal, guard: UndoGuard | undefined) {
    this.#world = world;
    this.#journal = journal;
    this.#guard = guard;
  }

  /**
   * Before the first fault. `run` names the journal: of [A-Za-z0-9._-]. Without World.access there is no guard, and only the next run makes good
   * what this one could not. Rejects, in one line, when the journal or the guard cannot be had.
   */
  static async start(world: World, run: string): Promise<UndoKeeper> {
    const journal = UndoJournal.open(world.stateFolder, run, world.access ? worldName(world.access) : '');
    const guard = world.access ? await UndoGuard.start(world, journal) : undefined;
    return new UndoKeeper(world, journal, guard);
  }

  /** On disk when it returns: before inject(). Throws when it cannot be written; the fault must not be injected then. */
  pledge(key: string, steps: readonly UndoStep[]): void {
    this.#journal.add(key, steps);
  }

  /** Takes back what was pledged by this key, and proves it. Resolves with what remains. Idempotent. */
  async undo(key: string, options?: UndoOptions): Promise<Told[]> {
    const steps = this.#journal.entries.filter((entry) => entry.key === key).flatMap((entry) => entry.steps);
    const remains = await carryOutUndo(this.#world, steps, options);
    if (remains.length === 0) this.#journal.done(key);
    return remains;
  }

  /** All of it, the last first. Resolves with what remains. */
  async undoAll(options?: UndoOptions): Promise<Told[]> {
    const keys = [...new Set(this.#journal.entries.toReversed().map(({ key }) => key))];
    const remains: Told[] = [];
    for (const key of keys) remains.push(...(await this.undo(key, options)));
    return remains;
  }

  /** At the end: sends the guard away; what remains stays in the journal, for the next run. Idempotent. */
  async close(): Promise<void> {
    await this.#guard?.dismiss();
  }
}
