// Where a request may go: to the server of its user's cookie, else to that of its client's address, else to any but those it has failed on.

import type { Ask } from '../dispatch.ts';
import type { BackendView } from './backend-view.ts';
import { ClientTable, serverKey } from './client-table.ts';
import type { Wish } from './queue.ts';
import type { ServerCell } from './server-cell.ts';
import { waitsFor } from './waiting-room.ts';
import type { BackendPlan } from './worker-plan.ts';

const anywhere: Wish = { kind: waitsFor.any, excluded: [] };

export class RequestWishes {
  readonly #view: BackendView;
  readonly #commonMs: () => number;
  #clients: ClientTable | undefined;
  #byKey: ReadonlyMap<number, ServerCell> = new Map();

  constructor(view: BackendView, commonMs: () => number) {
    this.#view = view;
    this.#commonMs = commonMs;
  }

  /** After the view has taken it. */
  update(plan: BackendPlan): void {
    if (plan.settings) this.#clients = plan.clients && new ClientTable(plan.clients);
    this.#byKey = new Map(this.#clients && this.#view.cells.map((cell) => [serverKey(cell.id), cell]));
  }

  /** As of the last refresh of the view. */
  of(ask: Ask): Wish {
    const { balance } = this.#view.settings;
    const isPlain = ask.persisted === undefined && ask.failedOn.length === 0;
    if (isPlain && !this.#clients && balance !== 'source') return anywhere;
    const own = this.#ownServer(ask);
    if (own) return { kind: waitsFor.own, only: own, excluded: [] };
    const excluded = this.#excluded(ask);
    const home = this.#view.choice?.home(ask.clientAddress, ({ slot }) => !excluded.includes(slot));
    if (home) return { kind: waitsFor.home, only: home, excluded: [] };
    return { kind: waitsFor.any, excluded };
  }

  /** Whether the request's client has to be remembered: its requests of this moment shall meet on one server, so they go one by one. */
  isNewClient(ask: Ask, wish: Wish): boolean {
    return this.#clients !== undefined && ask.persisted === undefined && wish.kind !== waitsFor.own;
  }

  /** Under the lock of the backend. */
  remember(ask: Ask, cell: ServerCell): void {
    if (ask.persisted !== undefined) return;
    this.#clients?.remember(ask.clientAddress, serverKey(cell.id), this.#commonMs());
  }

  #ownServer(ask: Ask): ServerCell | undefined {
    const cell =
      ask.persisted === undefined ? this.#serverOfClient(ask.clientAddress) : this.#view.byId(ask.persisted);
    return cell?.isWorthWaiting() && !ask.failedOn.includes(cell.id) ? cell : undefined;
  }

  #serverOfClient(address: string): ServerCell | undefined {
    const { affinityMs } = this.#view.settings;
    if (!this.#clients || affinityMs === undefined) return undefined;
    const key = this.#clients.lookup(address, affinityMs, this.#commonMs());
    return key === undefined ? undefined : this.#byKey.get(key);
  }

  /** None, when there is nobody else. */
  #excluded(ask: Ask): readonly number[] {
    if (ask.failedOn.length === 0) return [];
    const hasElse = this.#view.cells.some(
      (cell) => cell.isOpen && cell.isUsable() && !ask.failedOn.includes(cell.id),
    );
    if (!hasElse) return [];
    return ask.failedOn.flatMap((id) => this.#view.byId(id)?.slot ?? []);
  }
}
