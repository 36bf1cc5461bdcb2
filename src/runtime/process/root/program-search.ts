// Whether a program is there in a root that is not this process's own.

import { statSync } from 'node:fs';
import path from 'node:path';
import { Layers } from './layers.ts';

/** Throws the system's error, ENOENT or EACCES, as execvp(3) would find in that root. */
export function checkProgram(
  root: string,
  program: string,
  { searchPath, workingDir }: { searchPath: string; workingDir: string },
): void {
  const layers = new Layers([root]);
  const folders = program.includes('/') ? ['.'] : searchPath.split(':');
  const problems = folders.map((folder) =>
    problemOf(layers, path.posix.resolve(workingDir, folder, program)),
  );
  if (problems.includes(undefined)) return;
  const code = problems.includes('EACCES') ? 'EACCES' : 'ENOENT';
  throw Object.assign(new Error(`${program}: ${code}`), { code });
}

function problemOf(layers: Layers, inside: string): 'ENOENT' | 'EACCES' | undefined {
  const file = layers.fileOf(layers.resolve(inside));
  const stat = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  if (!stat) return 'ENOENT';
  return stat.isFile() && (stat.mode & 0o111) !== 0 ? undefined : 'EACCES';
}
