// What a RUN line needs of whoever can run it: a root of its own in which the image's files lie over the base.

import type { BaseName } from '../image-record.ts';

export interface RunStep {
  /** The program and its arguments. */
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Absolute, in the image. */
  workingDir: string;
  user: string;
  /** The image's files so far, on the host, in a folder that ends with the build. What the program makes, changes and removes is to be found there afterwards. */
  files: string;
  /** What lies below them. */
  base: BaseName | 'own';
  /** For each line that the program writes. */
  said(line: string): void;
}

/** Resolves with the program's exit code. Rejects when it could not be run, or with the signal's reason. */
export type Run = (step: RunStep, signal?: AbortSignal) => Promise<number>;
