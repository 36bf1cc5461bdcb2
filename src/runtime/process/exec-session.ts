// A further program in a container's surroundings (`kubectl exec`): a child of the kubelet, in a session of its own. It ends with its
// session, and with its container through the marker that it carries.

import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { enteredProcess } from '../../base/namespaces/entered-process.ts';
import { NotSupportedError, RunContainerError } from '../errors.ts';
import type { ExecRequest, StreamSession, TerminalSize } from '../runtime.ts';
import { kill, killMarkedProcesses } from './marked-processes.ts';
import { spawnPiped } from './spawn/spawn-piped.ts';
import { spawnOnTerminal } from './spawn/spawn-terminal.ts';
import type { Spawned } from './spawn/spawned.ts';

/** How long a program may take to leave a terminal that is hung up: an editor saves what it can. */
const hangUpMs = 200;

export interface ExecSurroundings {
  /** The marker included. */
  env: Readonly<Record<string, string>>;
  /** What the marker variable is in `env`; nobody else's begins with it. */
  marker: string;
  cwd: string;
  /** See SpawnOrder. */
  terminals?: string;
  /** A path that nothing else uses, in a folder that exists. */
  scratch: string;
}

/** @throws RunContainerError, NotSupportedError */
export async function openExec(request: ExecRequest, surroundings: ExecSurroundings): Promise<StreamSession> {
  const { command, stdin, tty = false, size } = request;
  const order = { ...surroundings, argv: command, stdin };
  try {
    const spawned = await (tty ? spawnOnTerminal(order, size) : spawnPiped(order));
    return new ExecSession(spawned, surroundings.marker, tty);
  } catch (error) {
    if (error instanceof NotSupportedError) throw error;
    throw runError(command[0] ?? '', error);
  }
}

/** What a program that could not be started is answered with. `isInside`: it was looked for in a container's own root. */
export function runError(program: string, error: unknown, { isInside = false } = {}): RunContainerError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: isInside
      ? 'there is no such program in the container: put it into the image, install it in /usr, or correct the command'
      : 'there is no such program on this machine: install it, or correct the command',
    EACCES: 'it is not executable, or its owner forbids it: chmod +x it',
    E2BIG: 'its arguments and environment are too large',
  };
  return new RunContainerError(`cannot run "${program}": ${reasons[code ?? ''] ?? message}`, {
    cause: error,
  });
}

class ExecSession implements StreamSession {
  readonly stdin?: Writable;
  readonly stdout: Readable;
  readonly stderr?: Readable;
  readonly exited: Promise<{ exitCode: number; signal?: number }>;
  readonly #spawned: Spawned;
  readonly #marker: string;
  readonly #tty: boolean;
  #isOver = false;

  constructor(spawned: Spawned, marker: string, tty: boolean) {
    const { stdin, stdout, stderr, exited } = spawned;
    this.#spawned = spawned;
    this.#marker = marker;
    this.#tty = tty;
    if (stdin) this.stdin = stdin;
    this.stdout = stdout;
    if (stderr) this.stderr = stderr;
    this.exited = exited;
    void exited.then(() => {
      this.#isOver = true;
    });
  }

  resize(size: TerminalSize): void {
    this.#spawned.resize(size);
  }

  async close(): Promise<void> {
    if (!this.#isOver && this.#tty) await this.#hangUp();
    if (!this.#isOver) kill(-this.#spawned.pid, 'SIGKILL');
    killMarkedProcesses(this.#marker);
    this.stdin?.destroy();
    this.stdout.destroy();
    this.stderr?.destroy();
    await this.exited;
  }

  async #hangUp(): Promise<void> {
    kill(-enteredProcess(this.#spawned.pid), 'SIGHUP');
    await Promise.race([this.exited, setTimeout(hangUpMs, undefined, { ref: false })]);
  }
}
