// What the requests of one worker see of the servers of a backend, noted where all threads see it at once.

import type { Observation } from '../dispatch.ts';
import type { BackendView } from './backend-view.ts';
import type { Bells } from './bells.ts';
import type { Queue } from './queue.ts';
import { backendWord, serverFlag } from './records.ts';
import type { HeldGrant } from './server-books.ts';
import type { ServerCell } from './server-cell.ts';
import { isNoNews, noteSeen, setFlags } from './server-health.ts';
import { countSeen } from './traffic-counters.ts';

export class TrafficNotes {
  readonly #view: BackendView;
  readonly #queue: Queue;
  readonly #numbers: Float64Array;
  readonly #tools: { readonly bells: Bells; readonly commonMs: () => number };

  /** `numbers` are the worker's of the backend. */
  constructor(
    view: BackendView,
    queue: Queue,
    numbers: Float64Array,
    tools: { readonly bells: Bells; readonly commonMs: () => number },
  ) {
    this.#view = view;
    this.#queue = queue;
    this.#numbers = numbers;
    this.#tools = tools;
  }

  /** A trial is decided by the first that is seen. */
  note(held: HeldGrant, seen: Observation): void {
    const { cell, numbers } = held.books;
    countSeen(numbers, this.#numbers, seen);
    const wasTrial = held.isTrial;
    held.isTrial = false;
    if (isNoNews(cell, seen, wasTrial)) return;
    const changed = this.#queue.locked(() => this.#noteLocked(cell, seen, wasTrial));
    const isDoubted = seen.type === 'silent' && this.#doubt(cell);
    if (!changed && !isDoubted) return;
    Atomics.store(this.#view.words, backendWord.attention, 1);
    this.#tools.bells.ringMain();
  }

  #noteLocked(cell: ServerCell, seen: Observation, wasTrial: boolean): boolean {
    const { observe } = this.#view.settings;
    const changed = noteSeen(this.#view.cells, cell, seen, wasTrial, observe, this.#tools.commonMs());
    if (!changed) return false;
    this.#view.touch();
    if (this.#queue.length > 0) this.#queue.settle();
    return true;
  }

  /** Where checks find out nobody else has to. */
  #doubt(cell: ServerCell): boolean {
    const { doubted } = serverFlag;
    return !this.#view.settings.check && setFlags(cell, doubted, doubted);
  }
}
