// Makes folders for their owner only, and says plainly why one cannot be had.

import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** With all above it that are missing. Idempotent. Throws an Error in one line, with the system's as its cause, when it cannot be made or written. */
export function makeFolder(folder: string): void {
  make(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(`cannot write in ${folder} (${reasonOf(cause)})`, { cause });
  }
}

/** One by one: where the system denies a folder as well as its creation (/proc), Node's own recursion never ends. */
function make(folder: string): void {
  const above = path.dirname(folder);
  if (isFolder(folder) || above === folder) return;
  make(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    // Somebody else was quicker.
    if (isFolder(folder)) return;
    throw new Error(`cannot make the folder ${folder} (${reasonOf(cause)})`, { cause });
  }
}

function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    return false;
  }
}

const reasons: Record<string, string> = {
  EEXIST: 'there is a file of that name',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}
