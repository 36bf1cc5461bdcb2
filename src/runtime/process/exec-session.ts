// A further program in a container's surroundings (`kubectl exec`): a child of the kubelet, in a session of its own. It ends with its
// session, and with its container through the marker that it carries.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { NotSupportedError, RunContainerError } from '../errors.ts';
import type { ExecRequest, StreamSession, TerminalSize } from '../runtime.ts';
import { kill, killMarkedProcesses } from './marked-processes.ts';
import { type OutputPipe, outputPipes } from './node-init/output-pipes.ts';

export interface ExecSurroundings {
  /** The marker included. */
  env: Readonly<Record<string, string>>;
  /** What the marker variable is in `env`; nobody else's begins with it. */
  marker: string;
  cwd: string;
  /** A path that nothing else uses, in a folder that exists. */
  scratch: string;
}

/** @throws RunContainerError, NotSupportedError */
export async function openExec(request: ExecRequest, surroundings: ExecSurroundings): Promise<StreamSession> {
  const [program = '', ...args] = request.tty ? onTerminal(request, surroundings.env) : request.command;
  const { env, cwd, marker, scratch } = surroundings;
  const { stdout, stderr } = await outputPipes(scratch);
  try {
    const child = spawn(program, args, {
      cwd,
      env,
      detached: true,
      stdio: [request.stdin ? 'pipe' : 'ignore', stdout.writeFd, stderr.writeFd],
    });
    await once(child, 'spawn');
    return new ExecSession(child, marker, stdout, request.tty ? discarded(stderr) : stderr);
  } catch (error) {
    stdout.readable.destroy();
    stderr.readable.destroy();
    throw runError(request.command[0] ?? '', error);
  } finally {
    closeSync(stdout.writeFd);
    closeSync(stderr.writeFd);
  }
}

/** What a program that could not be started is answered with. */
export function runError(program: string, error: unknown): RunContainerError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such program on this machine: install it, or correct the command',
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
  readonly #child: ChildProcess;
  readonly #marker: string;

  constructor(child: ChildProcess, marker: string, stdout: OutputPipe, stderr: OutputPipe | undefined) {
    this.#child = child;
    this.#marker = marker;
    if (child.stdin) this.stdin = patient(child.stdin);
    this.stdout = stdout.readable;
    if (stderr) this.stderr = stderr.readable;
    this.exited = once(child, 'exit').then(([code, signal]) => exitOf(code, signal));
  }

  /** util-linux's `script` has no way to be told. */
  resize(_size: TerminalSize): void {}

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid) {
      kill(-this.#child.pid, 'SIGKILL');
    }
    killMarkedProcesses(this.#marker);
    this.stdout.destroy();
    this.stderr?.destroy();
    await this.exited;
  }
}

/** A program that does not read, or has ended, is no error of whoever writes to it. */
function patient(stdin: Writable): Writable {
  stdin.on('error', () => {});
  return stdin;
}

/** A terminal has one output. What `script` itself complains of goes nowhere. */
function discarded({ readable }: OutputPipe): undefined {
  readable
    .on('error', () => {})
    .pipe(new PassThrough())
    .resume();
}

function onTerminal({ command, size }: ExecRequest, env: ExecSurroundings['env']): string[] {
  const isThere = (env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => existsSync(path.join(folder, 'script')));
  if (!isThere) {
    throw new NotSupportedError(
      'a terminal needs the program "script" (Debian: bsdutils): install it, or leave -t out',
    );
  }
  const sized = size ? `stty rows ${size.rows} cols ${size.columns}; ` : '';
  return ['script', '-qefc', `${sized}exec ${command.map(quoted).join(' ')}`, '/dev/null'];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): { exitCode: number; signal?: number } {
  if (signal === null) return { exitCode: code ?? 0 };
  const number = constants.signals[signal];
  return { exitCode: 128 + number, signal: number };
}
