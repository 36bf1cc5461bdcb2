// One backend as a thread sees it, the main thread included: its servers, and who of them is open to everyone, derived anew when the epoch
// in the shared memory has grown. All threads derive the same of the same words.

import type { Backend } from '../../model.ts';
import type { RecordTable } from './record-table.ts';
import { backendWord } from './records.ts';
import { ServerCell } from './server-cell.ts';
import type { ServerChoice } from './server-choice.ts';
import type { BackendPlan } from './worker-plan.ts';

export class BackendView {
  readonly name: string;
  readonly record: number;
  readonly words: Int32Array;
  /** Undefined where nobody chooses. */
  readonly choice: ServerChoice | undefined;
  readonly #table: RecordTable;
  #settings: Backend;
  #cells: readonly ServerCell[] = [];
  readonly #bySlot = new Map<number, ServerCell>();
  readonly #byId = new Map<string, ServerCell>();
  #epoch = -1;
  #usable = 0;
  #round = 0;

  /** `plan` is a complete one. */
  constructor(plan: BackendPlan, words: Int32Array, servers: RecordTable, choice?: ServerChoice) {
    if (!plan.settings) throw new Error(`backend ${plan.name} came without its settings`);
    this.name = plan.name;
    this.record = plan.record;
    this.words = words;
    this.#table = servers;
    this.choice = choice;
    this.#settings = plan.settings;
  }

  get settings(): Backend {
    return this.#settings;
  }

  /** In the order of the model. */
  get cells(): readonly ServerCell[] {
    return this.#cells;
  }

  /** How many are ready and healthy, backups that were not called in included; as of the last refresh. */
  get usable(): number {
    return this.#usable;
  }

  /** Whether requests wait for backups that are being started, rather than be refused. */
  get awaitsBackups(): boolean {
    return this.#settings.backup?.start === 'cold';
  }

  bySlot(slot: number): ServerCell | undefined {
    return this.#bySlot.get(slot);
  }

  byId(id: string): ServerCell | undefined {
    return this.#byId.get(id);
  }

  /** Returns the servers that are gone with it. */
  update(plan: BackendPlan): readonly ServerCell[] {
    this.#settings = plan.settings ?? this.#settings;
    for (const server of plan.servers) {
      const known = this.#bySlot.get(server.slot);
      if (known) known.rename(server);
      else this.#add(this.#cellOf(server));
    }
    this.#epoch = -1;
    return plan.order ? this.#reorder(plan.order) : [];
  }

  /** Cheap when nothing has changed. */
  refresh(): void {
    const epoch = Atomics.load(this.words, backendWord.epoch);
    if (epoch === this.#epoch) return;
    // Taken before the flags are read: what changes meanwhile is looked at again.
    this.#epoch = epoch;
    this.#derive();
  }

  /** Something that all threads derive from has changed. */
  touch(): void {
    Atomics.add(this.words, backendWord.epoch, 1);
  }

  #add(cell: ServerCell): void {
    this.#bySlot.set(cell.slot, cell);
    this.#byId.set(cell.id, cell);
  }

  #cellOf(server: BackendPlan['servers'][number]): ServerCell {
    const { slot } = server;
    return new ServerCell(server, this, this.#table.words(slot), this.#table.reals(slot));
  }

  // With a thousand servers and a hundred changes a second this is what a change costs: no sets, no lists that are thrown away.
  #reorder(order: Uint32Array): readonly ServerCell[] {
    this.#round++;
    this.#cells = Array.from(order, (slot) => {
      const cell = this.#bySlot.get(slot) as ServerCell;
      cell.round = this.#round;
      return cell;
    });
    if (this.#cells.length === this.#bySlot.size) return [];
    const gone = [...this.#bySlot.values()].filter(({ round }) => round !== this.#round);
    for (const cell of gone) {
      this.#bySlot.delete(cell.slot);
      // Another may have come with the same identity.
      if (this.#byId.get(cell.id) === cell) this.#byId.delete(cell.id);
    }
    return gone;
  }

  #derive(): void {
    this.#usable = 0;
    let called = 0;
    for (const cell of this.#cells) {
      const { flags } = cell;
      const [isUsable, isCalled] = [cell.isUsable(flags), cell.isCalled(flags)];
      if (isUsable) this.#usable++;
      if (isUsable && isCalled) called++;
      cell.refresh(isCalled && (isUsable || cell.isTried(flags)));
    }
    if (called === 0) for (const cell of this.#standIns()) cell.refresh(true);
    const open = this.#cells.filter(({ isOpen }) => isOpen);
    this.choice?.update(this.#settings.balance, open, this.#cells);
  }

  // Nobody waits for the main thread to call backups in when there is nobody else. With a rule only the first: how many is for the rule.
  #standIns(): readonly ServerCell[] {
    const backups = this.#cells.filter((cell) => cell.isUsable());
    return this.#settings.backup ? backups.slice(0, 1) : backups;
  }
}
