// Where haproxy is, and whether it is new enough.

import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { runProgram, systemPath } from '../../base/run-program.ts';

const hint = 'apt-get install haproxy';
const oldest = [2, 6] as const;

/** The path of the program. Throws an Error in one line that says what to do. */
export async function findHaproxy(searchPath = systemPath()): Promise<string> {
  const found = programIn(searchPath, 'haproxy');
  if (found === undefined) throw new Error(`haproxy 2.6 or newer is needed; there is none: ${hint}`);
  const version = versionOf(await runProgram([found, '-v']));
  if (!isNewEnough(version)) {
    throw new Error(
      `haproxy 2.6 or newer is needed; found ${version ?? `something else in ${found}`}: ${hint}`,
    );
  }
  return found;
}

/** Whether it was built with Lua, as most packages are. */
export async function hasLua(program: string): Promise<boolean> {
  return isBuiltWith(await runProgram([program, '-vv']), 'LUA');
}

/** `words` list what is in with a +, what is not with a -. */
export function isBuiltWith(words: string, feature: string): boolean {
  return new RegExp(`(^|\\s)\\+${feature}(\\s|$)`).test(words);
}

/** Undefined where it is not on the path. */
export function programIn(searchPath: string, name: string): string | undefined {
  const places = searchPath.split(':').map((folder) => path.join(folder, name));
  return places.find((place) => isProgram(place));
}

function isProgram(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://…` is 2.6. */
export function versionOf(words: string): string | undefined {
  return /HA-?Proxy version (\d+\.\d+)/.exec(words)?.[1];
}

export function isNewEnough(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
