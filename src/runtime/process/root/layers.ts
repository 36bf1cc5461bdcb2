// What a container's root will show, before it is mounted: folders one over the other, the topmost first. Links are followed as if the
// root were `/`, so that nothing leads out of it; what is missing is made in the topmost folder.

import { chmodSync, lstatSync, mkdirSync, readlinkSync, type Stats, writeFileSync } from 'node:fs';
import path from 'node:path';

/** As many as Linux follows. */
const mostLinks = 40;

interface Stack {
  /** Absolute, free of links. */
  target: string;
  folders: readonly string[];
  isFixed: boolean;
}

export class Layers {
  readonly #folders: readonly string[];
  /** Mounted over the root: the innermost first. */
  readonly #mounts: Stack[] = [];

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** From now on the path, which has no links in it, shows these. `isFixed`: nothing may be made there. */
  mount(target: string, folders: readonly string[], { isFixed = false } = {}): void {
    this.#mounts.push({ target, folders, isFixed });
    this.#mounts.sort((a, b) => b.target.length - a.target.length);
  }

  /** The path without links; it need not exist. Throws when its links lead in a circle. */
  resolve(inside: string): string {
    const ahead = partsOf(inside);
    let place: string[] = [];
    let links = 0;
    for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
      if (part === '..') {
        place.pop();
        continue;
      }
      const here = `/${[...place, part].join('/')}`;
      const found = this.#find(here);
      if (!found?.stat.isSymbolicLink()) {
        place.push(part);
        continue;
      }
      if (++links > mostLinks) throw new Error(`${inside} leads through too many symbolic links`);
      const target = readlinkSync(found.file);
      if (target.startsWith('/')) place = [];
      ahead.unshift(...partsOf(target));
    }
    return `/${place.join('/')}`;
  }

  /** The file that a path without links shows. */
  fileOf(resolved: string): string | undefined {
    return this.#find(resolved)?.file;
  }

  /**
   * Makes a mount point of a path without links, unless something is there, and the folders around it as open as those that they hide.
   * Throws where nothing can be made.
   */
  makeMountPoint(resolved: string, kind: 'folder' | 'file'): void {
    if (this.#find(resolved)) return;
    const { target, folders, isFixed } = this.#stackOf(resolved);
    if (isFixed) throw new Error(`${resolved} does not exist on this machine, and cannot be made there`);
    const parts = partsOf(resolved.slice(target.length));
    const last = kind === 'file' ? parts.pop() : undefined;
    const place = this.#makeFolders(target, folders[0] ?? '', parts);
    if (last !== undefined) writeFileSync(path.join(place, last), '', { flag: 'a' });
  }

  #makeFolders(target: string, top: string, parts: readonly string[]): string {
    let [inside, place] = [target, top];
    for (const part of parts) {
      inside = path.posix.join(inside, part);
      const mode = (this.#find(inside)?.stat.mode ?? 0o755) & 0o7777;
      place = path.join(place, part);
      if (lstatSync(place, { throwIfNoEntry: false })) continue;
      mkdirSync(place);
      chmodSync(place, mode);
    }
    return place;
  }

  #stackOf(inside: string): Stack {
    const found = this.#mounts.find(({ target }) => inside === target || inside.startsWith(`${target}/`));
    return found ?? { target: '/', folders: this.#folders, isFixed: false };
  }

  #find(inside: string): { file: string; stat: Stats } | undefined {
    const { target, folders } = this.#stackOf(inside);
    for (const folder of folders) {
      const file = path.join(folder, inside.slice(target.length));
      const stat = lstatSync(file, { throwIfNoEntry: false });
      if (stat) return { file, stat };
    }
    return undefined;
  }
}

function partsOf(text: string): string[] {
  return text.split('/').filter((part) => part !== '' && part !== '.');
}
