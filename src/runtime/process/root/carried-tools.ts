// The few programs of the machine that a start needs inside of a root, in one folder with their loader and libraries: for roots that have
// none of the machine's.

import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { starterPath } from './program-environment.ts';

/** Where they are in such a root. */
export const toolsPlace = '/dev/.relevo';
const names = ['umount', 'mkdir', 'setsid', 'setpriv', 'env'];
const loader = 'ld';

/** Words that run one of them; `folder` undefined: as the root has it. */
export function toolWords(folder: string | undefined, [name = '', ...args]: readonly string[]): string[] {
  if (folder === undefined) return [name, ...args];
  return [`${folder}/${loader}`, '--library-path', folder, `${folder}/${name}`, ...args];
}

/** Fills a new folder at `place`, unless it is there. Rejects where programs have no loader that can be found out. */
export async function carryTools(place: string): Promise<string> {
  if (existsSync(place)) return place;
  const draft = `${place}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o755 });
  for (const name of names) {
    const file = findTool(name);
    copyFileSync(file, path.join(draft, name));
    for (const library of await librariesOf(file)) {
      const isLoader = /^ld(-|64|\.)/.test(path.basename(library));
      copyFileSync(library, path.join(draft, isLoader ? loader : path.basename(library)));
    }
  }
  renameSync(draft, place);
  return place;
}

function findTool(name: string): string {
  const found = starterPath
    .split(':')
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
  if (found) return found;
  throw new Error(`the program ${name} is missing: install util-linux and coreutils`);
}

/** ldd(1): `name => /path (address)`, and the loader as a path alone. */
async function librariesOf(file: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [file]);
  return [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].flatMap(([, library]) => library ?? []);
}
