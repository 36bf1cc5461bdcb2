// A terminal by util-linux's program `script`, where the package for terminals has nothing for the machine.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { shellLine, shellWord } from '../../../base/shell-words.ts';
import { NotSupportedError } from '../../errors.ts';
import type { TerminalSize } from '../../runtime.ts';
import { spawnPiped } from './spawn-piped.ts';
import type { Spawned, SpawnOrder } from './spawned.ts';

const lookEveryMs = 5;

interface Introduction {
  pid: number;
  /** `/dev/pts/7`. */
  terminal: string;
}

/** Resolves when it runs; the pid is the program's. @throws NotSupportedError */
export async function spawnUnderScript(order: SpawnOrder, size: TerminalSize): Promise<Spawned> {
  const { env, scratch } = order;
  if (!isInstalled(env.PATH ?? '')) {
    throw new NotSupportedError(
      'a terminal needs the program "script" (Debian: bsdutils) on this machine: install it, or leave -t out',
    );
  }
  const { pid, exited, stdin, stdout, stderr } = await spawnPiped({
    ...order,
    argv: underScript(order, size),
  });
  // What `script` itself complains of goes nowhere.
  stderr?.on('error', () => {}).resume();
  const program = await introduced(`${scratch}.terminal`, exited);
  const resize = (to: TerminalSize) => {
    if (program) execFile('stty', ['-F', program.terminal, ...sttySize(to)], () => {});
  };
  return { pid: program?.pid ?? pid, exited, stdin, stdout, resize };
}

function isInstalled(searchPath: string): boolean {
  return searchPath.split(path.delimiter).some((folder) => existsSync(path.join(folder, 'script')));
}

/** The program says who it is and where, in a file of one line. */
function underScript({ argv, scratch }: SpawnOrder, size: TerminalSize): string[] {
  const file = shellWord(`${scratch}.terminal`);
  const introduce = `echo "$$ $(tty)" >${file}.new; mv ${file}.new ${file}`;
  const command = `stty ${sttySize(size).join(' ')}; ${introduce}; exec ${shellLine(argv)}`;
  return ['script', '-qefc', command, '/dev/null'];
}

/** Undefined when it has ended before. */
async function introduced(file: string, exited: Promise<unknown>): Promise<Introduction | undefined> {
  let isOver = false;
  void exited.then(() => {
    isOver = true;
  });
  while (!existsSync(file) && !isOver) await setTimeout(lookEveryMs);
  if (!existsSync(file)) return undefined;
  const [pid, terminal = ''] = readFileSync(file, 'utf8').trim().split(' ');
  rmSync(file);
  return { pid: Number(pid), terminal };
}

function sttySize({ rows, columns }: TerminalSize): string[] {
  return ['rows', String(rows), 'cols', String(columns)];
}
