// Where a path of a container lies below the folder that is its root. Nothing ever leads out of that folder: neither `..` nor a link.

import { lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** As many as Linux follows. */
const mostLinks = 40;

/** Its links lead in a circle, or it goes through something that is no folder. */
export class RootedPathError extends Error {
  override name = 'RootedPathError';
}

/**
 * The place of `inside`, with links followed as if `root` were `/`. It need not exist. The last part is followed only with `followLast`.
 * `root` itself has to be free of links that others may change.
 * @throws RootedPathError
 */
export function placeIn(root: string, inside: string, { followLast = false } = {}): string {
  const ahead = partsOf(inside);
  let place: string[] = [];
  let links = 0;
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === '..') {
      place.pop();
      continue;
    }
    const here = path.join(root, ...place, part);
    const target = ahead.length > 0 || followLast ? linkTarget(here) : undefined;
    if (target === undefined) {
      place.push(part);
      continue;
    }
    if (++links > mostLinks) throw new RootedPathError(`"${inside}" leads through too many symbolic links`);
    if (target.startsWith('/')) place = [];
    ahead.unshift(...partsOf(target));
  }
  return path.join(root, ...place);
}

function partsOf(text: string): string[] {
  return text.split('/').filter((part) => part !== '' && part !== '.');
}

function linkTarget(place: string): string | undefined {
  try {
    return lstatSync(place).isSymbolicLink() ? readlinkSync(place) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RootedPathError(`"${place}" cannot be looked at: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
