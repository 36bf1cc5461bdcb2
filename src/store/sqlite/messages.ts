// What the threads of the store say to each other: requests with a number, answers with the same number.

import type { DatabaseOptions } from './database.ts';
import type { StoreFileProblem } from './errors.ts';
import type { Cell } from './schema.ts';

/** Name of the request → what goes there and what comes back. Any of them can fail with a Failure. */
export interface Requests {
  /** Rows come as progress before the answer. */
  open: { input: { dir: string; options: DatabaseOptions }; output: { revision: number } };
  commit: { input: Cell[]; output: undefined };
  compact: { input: { upTo: number; superseded: number[] }; output: undefined };
  close: { input: { revision: number }; output: undefined };
  saveSnapshot: { input: { dir: string; file: string }; output: undefined };
  restoreSnapshot: {
    input: { file: string; dir: string; stamp: string };
    output: { revision: number; replaced: string | undefined };
  };
}

export type Operation = keyof Requests;

export interface Request<O extends Operation = Operation> {
  readonly id: number;
  readonly operation: O;
  readonly input: Requests[O]['input'];
}

/** While a database is read: the start of history first, then its rows in order. */
export type Progress = { compacted: number } | { cells: Cell[] };

export type Reply =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly failure: Failure };

export type Failure =
  | { kind: 'file'; problem: StoreFileProblem; file: string; message: string }
  | { kind: 'full'; message: string }
  | { kind: 'failed'; message: string };
