// Whether a program is there to be run, as execvp(3) would find it. For starters that hide the system's own answer behind theirs.

import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** `cwd` is where it would be started. */
export function isRunnable(program: string, searchPath: string, cwd: string): boolean {
  if (program.includes('/')) return isProgram(path.resolve(cwd, program));
  return searchPath.split(path.delimiter).some((folder) => isProgram(path.resolve(cwd, folder, program)));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
