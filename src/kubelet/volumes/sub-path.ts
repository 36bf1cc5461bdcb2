// A part of a volume, for subPath: never anything outside of it, wherever links in the volume lead.

import { cpSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { V1VolumeMount } from '../../api/generated/types.ts';
import { expand } from '../env/expand.ts';

/** The part that is mounted; empty: the whole volume. `env`: for subPathExpr. Throws an Error for a variable that is not set. */
export function wantedPart(
  { subPath = '', subPathExpr }: V1VolumeMount,
  env: Readonly<Record<string, string>>,
): string {
  if (!subPathExpr) return subPath;
  const expanded = expand(subPathExpr, env);
  if (!/\$\([^)]*\)/.test(expanded)) return expanded;
  throw new Error(`"${subPathExpr}" names a variable that is not set`);
}

/**
 * Where the part lies, without links on the way. What is missing is made, as folders, if `make` says so. Throws an Error for a part that is not
 * there, or leads out of the volume.
 */
export function partOf(volume: string, subPath: string, make: boolean): string {
  const root = realpathSync(volume);
  let at = root;
  for (const name of subPath.split('/')) {
    if (name === '' || name === '.') continue;
    const next = path.join(at, name);
    if (name === '..' || !isIn(root, next))
      throw new Error(`subPath ${JSON.stringify(subPath)} leads out of the volume`);
    if (!lstatSync(next, { throwIfNoEntry: false })) {
      if (!make) throw new Error(`subPath ${JSON.stringify(subPath)} is not in the volume`);
      mkdirSync(next, { mode: 0o700 });
    }
    at = realpathSync(next);
    if (!isIn(root, at)) throw new Error(`subPath ${JSON.stringify(subPath)} leads out of the volume`);
  }
  return at;
}

/** A part of a volume that is filled anew now and then: it stays as it is now, as a bind mount of it would. Replaces what is at `place`. */
export function keepPart(part: string, place: string): void {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(path.dirname(place), { recursive: true, mode: 0o700 });
  cpSync(part, place, { recursive: true, dereference: true });
}

function isIn(root: string, place: string): boolean {
  return place === root || place.startsWith(`${root}${path.sep}`);
}
