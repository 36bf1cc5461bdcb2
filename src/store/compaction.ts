// Gathers what fell out of history and has the log forget it, in steps small enough to stand between two commits.

import type { Log } from './log.ts';
import type { Change } from './version.ts';

/** Forgotten changes of one step; so many must have gathered before a step is worth a transaction. */
const stepSize = 512;

/** A forgotten change without its texts. */
interface Forgotten {
  readonly revision: number;
  readonly superseded: readonly number[];
}

export class Compaction {
  readonly #log: Log;
  /** Forgotten here and still in the log, oldest first. */
  #forgotten: Forgotten[] = [];
  #running: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** `changes` continue, in order of revision, what was added before. */
  add(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#forgotten.push({ revision: change.revision, superseded: supersededBy(change) });
    }
    if (this.#forgotten.length >= stepSize) this.#running ??= this.#run();
  }

  /** Waits for what is under way. */
  async finish(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    let going = true;
    while (going && this.#forgotten.length >= stepSize) {
      const step = this.#forgotten.slice(0, stepSize);
      const upTo = (step.at(-1) as Forgotten).revision;
      going = await this.#log.compact(
        upTo,
        step.flatMap(({ superseded }) => superseded),
      );
      if (going) this.#forgotten = this.#forgotten.slice(step.length);
    }
    this.#running = undefined;
  }
}

/** A change that nobody can ask for gives up the version before it; a removal gives up itself as well. */
function supersededBy({ type, previous, revision }: Change): number[] {
  const revisions = previous === undefined ? [] : [previous.revision];
  return type === 'delete' ? [...revisions, revision] : revisions;
}
