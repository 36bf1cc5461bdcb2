// A program on a terminal of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { TerminalSize } from '../../runtime.ts';
import { type OpenTerminal, openTerminal, withoutTerminals } from './open-terminal.ts';
import { spawnUnderScript } from './script-terminal.ts';
import { endOf, type Spawned, type SpawnOrder } from './spawned.ts';

const usualSize: TerminalSize = { columns: 80, rows: 24 };
/** A session's leader that opens a terminal is controlled by it: that is how Ctrl-C reaches the program. */
const takeTerminal = 'exec "$@" <>"$0" >&0 2>&0';

/**
 * Resolves when it runs.
 * @throws the system's error when there is no such program, NotSupportedError where there are no terminals
 */
export async function spawnOnTerminal(order: SpawnOrder, size?: TerminalSize): Promise<Spawned> {
  const { TERM: kind = 'dumb' } = order.env;
  const env = { ...order.env, TERM: kind === 'dumb' ? 'xterm' : kind };
  checkProgram(order);
  const terminal = await openTerminal(size ?? usualSize, order.terminals);
  if (!terminal) return spawnUnderScript({ ...order, env }, size ?? usualSize);
  try {
    return await startedOn(terminal, { ...order, env });
  } catch (error) {
    terminal.output.destroy();
    throw error;
  } finally {
    closeSync(terminal.programFd);
  }
}

async function startedOn(
  { path: name, programFd, input, output, resize }: OpenTerminal,
  { argv, env, cwd, stdin, terminals }: SpawnOrder,
): Promise<Spawned> {
  const taking = terminals === undefined ? ['/bin/sh', '-c', takeTerminal, name] : [];
  const [program = '', ...args] = [...taking, ...argv];
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: withoutTerminals([programFd, programFd, programFd]),
  });
  const exited = endOf(child);
  await once(child, 'spawn');
  return { pid: child.pid ?? 0, stdin: stdin ? input : undefined, stdout: output, exited, resize };
}

/** A shell stands between: its complaint would be the program's output. */
function checkProgram({ argv: [program = ''], env, cwd }: SpawnOrder): void {
  const folders = program.includes('/') ? [cwd] : (env.PATH ?? '/usr/bin:/bin').split(path.delimiter);
  const problems = folders.map((folder) => problemOf(path.resolve(cwd, folder, program)));
  if (problems.includes(undefined)) return;
  const code = problems.includes('EACCES') ? 'EACCES' : 'ENOENT';
  throw Object.assign(new Error(`spawn ${program} ${code}`), { code });
}

function problemOf(file: string): 'ENOENT' | 'EACCES' | undefined {
  try {
    if (!statSync(file).isFile()) return 'EACCES';
  } catch {
    return 'ENOENT';
  }
  try {
    accessSync(file, constants.X_OK);
    return undefined;
  } catch {
    return 'EACCES';
  }
}
