// A CSV data set: one row for each iteration, into the user's variables.

import type { DataFile } from '../../plan/plan.ts';
import type { PassageWork } from '../controllers/children.ts';
import { Interruption, type Walk, type Walker } from '../controllers/walk.ts';

export class DataRows implements PassageWork {
  readonly #file: DataFile;
  readonly #group: string;

  /** `file.variables` has been filled from the first line where the plan leaves it empty. */
  constructor(file: DataFile, group: string) {
    this.#file = file;
    this.#group = group;
  }

  *next({ context }: Walker): Walk {
    const { id, variables, atEnd } = this.#file;
    const soon = context.shared.row(id, this.#group, context.user);
    const row = (soon instanceof Promise ? yield soon : soon) as readonly string[] | 'end';
    if (row === 'end' && atEnd === 'stop') throw Interruption.user;
    for (const [at, name] of variables.entries()) {
      // A line that is too short leaves the others as they are, as with JMeter.
      const value = row === 'end' ? '<EOF>' : row[at];
      if (value !== undefined) context.variables.set(name, value);
    }
  }
}
