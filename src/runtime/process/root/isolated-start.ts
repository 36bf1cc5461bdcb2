// What is asked of an isolated start, and what comes of it.

import type { ContainerSpec, RuntimePodSpec } from '../../runtime.ts';
import type { ImageProgram } from '../images.ts';
import type { ProgramOrder, ProgramRecord } from '../node-init/messages.ts';

export interface IsolationOptions {
  /** The node's own. */
  folder: string;
  compileCache?: string;
}

/** What of a container's start is decided here. */
export interface IsolatedStart extends Pick<ProgramOrder, 'argv' | 'env' | 'cwd' | 'report'> {
  inside?: InsideNotes;
  /** See podTerminals(). */
  terminals?: string;
  warnings: readonly string[];
}

/** What a later exec has to know. */
export interface InsideNotes {
  /** Between `nsenter` and a program. */
  words: readonly string[];
  /** Before those, for one on a terminal. */
  sessionWords: readonly string[];
  searchPath: string;
  workingDir: string;
  /** The pod's own; see podNamespaces(). */
  namespaces: readonly string[];
}

export interface StartWish {
  pod: RuntimePodSpec;
  spec: ContainerSpec;
  image: ImageProgram;
  /** The container's and the pod's. */
  folder: string;
  podFolder: string;
  sandbox: ProgramRecord;
  /** The program's whole environment. */
  env: Readonly<Record<string, string>>;
  argv: readonly string[];
  /** A folder for `shimsPlace`. */
  shims: string | undefined;
}
