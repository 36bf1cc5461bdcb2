// What the runtimes' suite must know of the runtime it is run on.

import type { ContainerSpec, Runtime, RuntimeContainer } from '../../src/runtime/runtime.ts';

/** What a container of the suite is to do; each driver says how. */
export type Behaviour =
  /** Runs until SIGTERM, then ends at once. */
  | 'runs'
  /** Ignores SIGTERM. */
  | 'stubborn'
  /** Writes `hello` to stdout and `trouble` to stderr, then runs as `runs`. */
  | 'speaks'
  /** Ends by itself with code 3. */
  | 'fails'
  /** Ends by itself with code 0. */
  | 'succeeds'
  /** Its program does not exist. */
  | 'no-program';

/** What a driver cannot do, with the reason. */
export type RuntimeDeviation =
  /** exec() rejects with NotSupportedError. */
  | 'no exec'
  /** It has no attach(). */
  | 'no attach'
  /** What a program writes is not in its log. */
  | 'no output'
  /** What is mounted for reading only can be written. */
  | 'writable mounts';

export interface RuntimeUnderTest {
  /** Opens a runtime on a new, empty node. */
  open(): Promise<Runtime>;
  /** Opens another one on the same node, after `runtime` was closed. */
  reopen(runtime: Runtime): Promise<Runtime>;
  /** The node goes, with all that is left on it. */
  destroy(runtime: Runtime): Promise<void>;
  /** A name that resolveImage() takes. */
  image: string;
  /** A valid name of an image that is not there. */
  missingImage: string;
  /** What makes a container behave so: parts of its spec, annotations of its pod. */
  behaviour(behaviour: Behaviour): {
    container?: Partial<ContainerSpec>;
    annotations?: Record<string, string>;
  };
  /** Each with its reason. */
  deviations?: Partial<Record<RuntimeDeviation, string>>;
}

export function deviates({ subject }: RunningRuntime, deviation: RuntimeDeviation): boolean {
  return subject.deviations?.[deviation] !== undefined;
}

export interface RunningRuntime {
  /** Replaced when a test opens it again. */
  runtime: Runtime;
  subject: RuntimeUnderTest;
  start(
    opened: RunningRuntime,
    behaviour: Behaviour,
    more?: Partial<ContainerSpec>,
  ): Promise<RuntimeContainer>;
}

export type WithRuntime = (run: (opened: RunningRuntime) => Promise<void>) => () => Promise<void>;
