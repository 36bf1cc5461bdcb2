// A program that was started, whichever way its streams are connected: what exec and node-init have in common.

import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { TerminalSize } from '../../runtime.ts';

export interface SpawnOrder {
  /** The program and its arguments; looked up in the environment's PATH. It may be a wrapper that runs another program. */
  argv: readonly string[];
  /** All of it. */
  env: Readonly<Record<string, string>>;
  /** Absolute; it exists. */
  cwd: string;
  /** Default false: the program reads an empty stdin. */
  stdin?: boolean;
  /** A folder where a devpts is mounted, of which a terminal comes; the program makes it that of its session. Default: the machine's. */
  terminals?: string;
  /** A path that nothing else uses at this time, in a folder that exists. */
  scratch: string;
}

/** It leads a session of its own. */
export interface Spawned {
  readonly pid: number;
  /** Where the order has it. A program that does not read, or has ended, is no error of whoever writes. */
  readonly stdin?: Writable;
  /** Ends when the last of the program's processes has closed it. */
  readonly stdout: Readable;
  /** Undefined with a terminal. */
  readonly stderr?: Readable;
  readonly exited: Promise<ProgramEnd>;
  /** Without a terminal, and after its end: nothing. */
  resize(size: TerminalSize): void;
}

export interface ProgramEnd {
  /** 128 + n when signal n ended it. */
  exitCode: number;
  signal?: number;
}

/** To be asked for before the process can have ended. */
export function endOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(programEnd(code, signal)));
  });
}

function programEnd(code: number | null, signal: NodeJS.Signals | null): ProgramEnd {
  if (signal === null) return { exitCode: code ?? 0 };
  const number = constants.signals[signal];
  return { exitCode: 128 + number, signal: number };
}
