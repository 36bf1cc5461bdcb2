// What a drill is run with: by the command line, the console or a test.

import type { OnProgress } from './progress.ts';

/** How the manifests of `application` are applied and known: reading them is the command line's matter. */
export interface Applications {
  /** Resolves with what each file holds, in the order in which it is applied. Rejects, in one line, for what cannot be read. */
  read(files: readonly string[]): Promise<readonly ApplicationObject[]>;
  /** Resolves when all are applied; rejects, in one line, with what the API refused. */
  apply(files: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface ApplicationObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined: the kind's default, `default` where it has namespaces. */
  readonly namespace?: string;
  readonly name: string;
}

export interface DrillOptions {
  /** Undefined: the scenario's, else a new one. */
  readonly seed?: number;
  /** Undefined: the scenario's. */
  readonly repeats?: number;
  /** Gets the load's own results, one folder per run; undefined: they are not written. Made where it is missing. */
  readonly folder?: string;
  /** Aborted: what was begun is taken back, and what is known so far becomes the result. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly applications: Applications;
  /** How to do the same once more, without the seed. */
  readonly command: string;
}
