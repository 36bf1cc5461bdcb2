// Where the evidence of a drill goes: a new folder, found to be writable before anything is started.

import { accessSync, constants, readdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../base/make-folder.ts';

/** `given` undefined: `drills/NAME-TIME` below the working directory. Made when it returns. Throws an Error in one line. */
export function reportFolder(given: string | undefined, name: string, now: Date): string {
  const folder = path.resolve(given ?? path.join('drills', `${name}-${stamp(now)}`));
  makeFolder(folder);
  accessSync(folder, constants.W_OK);
  if (readdirSync(folder).length === 0) return folder;
  throw new Error(`${folder} is not empty: name a new folder, or remove this one first`);
}

/** Of a drill that was not started: the folder goes where there is nothing in it, and so does the `drills` that was made for it. */
export function forgetFolder(folder: string): void {
  try {
    rmdirSync(folder);
    if (path.basename(path.dirname(folder)) === 'drills') rmdirSync(path.dirname(folder));
  } catch {
    // Somebody's evidence lies there.
  }
}

/** `20261121-160312`, local time. */
function stamp(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
