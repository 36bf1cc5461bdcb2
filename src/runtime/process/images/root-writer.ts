// Writes files below a folder that is to be a container's root. Whatever the paths and links in it say, nothing is written outside of it.

import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  type Stats,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { placeIn, RootedPathError } from './rooted-path.ts';

/** All paths are those of the container. Throws RootedPathError where one leads nowhere; the system's errors otherwise. */
export class RootWriter {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Where it is, its own link not followed; undefined when there is nothing. */
  find(inside: string): { place: string; stat: Stats } | undefined {
    const place = placeIn(this.root, inside);
    const stat = lstatSync(place, { throwIfNoEntry: false });
    return stat && { place, stat };
  }

  /** A folder that is there keeps what is in it; anything else of that name is replaced. Returns where it is. */
  folder(inside: string, mode?: number): string {
    const followed = placeIn(this.root, inside, { followLast: true });
    const stat = lstatSync(followed, { throwIfNoEntry: false });
    if (stat && !stat.isDirectory()) rmSync(followed);
    mkdirSync(followed, { recursive: true });
    // Its owner is whoever starts the cluster, and must be able to copy and remove it.
    if (mode !== undefined && followed !== this.root) chmodSync(followed, (mode & 0o777) | 0o700);
    return followed;
  }

  /** A new empty file, in place of what was there. Whoever opens it closes it. */
  open(inside: string, mode: number): number {
    const place = this.#free(inside);
    const fd = openSync(place, 'wx', 0o600);
    chmodSync(place, (mode & 0o777) | 0o600);
    return fd;
  }

  copy(file: string, inside: string, mode?: number): void {
    const place = this.#free(inside);
    copyFileSync(file, place, constants.COPYFILE_FICLONE);
    const stat = lstatSync(file);
    chmodSync(place, ((mode ?? stat.mode) & 0o777) | 0o600);
    utimesSync(place, stat.atime, stat.mtime);
  }

  symlink(inside: string, target: string): void {
    symlinkSync(target, this.#free(inside));
  }

  /** Another name for the file `existing`. */
  link(inside: string, existing: string): void {
    const found = this.find(existing);
    if (!found || found.stat.isDirectory())
      throw new RootedPathError(`"${inside}" is a link to "${existing}", which is no file`);
    if (found.place === placeIn(this.root, inside)) return;
    linkSync(found.place, this.#free(inside));
  }

  /** With all that is in it. Nothing, if it is not there. */
  remove(inside: string): void {
    const place = placeIn(this.root, inside);
    if (place !== this.root) rmSync(place, { recursive: true, force: true });
  }

  /** Empties the folder, but for what `isKept` says yes to, asked with paths of the container. Nothing, if it is no folder. */
  clear(inside: string, isKept: (inside: string) => boolean): void {
    const found = this.find(inside);
    if (!found?.stat.isDirectory()) return;
    for (const name of readdirSync(found.place)) {
      const child = path.posix.join(inside, name);
      if (isKept(child)) this.clear(child, isKept);
      else this.remove(child);
    }
  }

  /** The tree at `source`, the links in it as they are. `isWanted` is asked with paths below it, without a slash in front. */
  tree(source: string, inside: string, { isWanted, mode }: TreeOptions = {}): void {
    this.folder(inside, mode ?? lstatSync(source).mode);
    for (const name of readdirSync(source)) {
      if (isWanted && !isWanted(name)) continue;
      const from = path.join(source, name);
      const to = path.posix.join(inside, name);
      const stat = lstatSync(from);
      const below = isWanted && ((rest: string) => isWanted(path.posix.join(name, rest)));
      if (stat.isDirectory()) this.tree(from, to, { isWanted: below, mode });
      else if (stat.isSymbolicLink()) this.symlink(to, readlinkSync(from));
      else if (stat.isFile()) this.copy(from, to, mode);
    }
  }

  #free(inside: string): string {
    const place = placeIn(this.root, inside);
    if (place === this.root) throw new RootedPathError(`"${inside}" is the root itself`);
    mkdirSync(path.dirname(place), { recursive: true });
    rmSync(place, { recursive: true, force: true });
    return place;
  }
}

interface TreeOptions {
  isWanted?: (relative: string) => boolean;
  /** For all files and folders, in place of their own. */
  mode?: number;
}
