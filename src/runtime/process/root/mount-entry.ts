// Mounts as lines of an fstab(5), many of which one `mount --all` carries out.

import { readFileSync } from 'node:fs';

export interface MountEntry {
  /** A path, or what the type makes of it: `proc`. */
  source: string;
  /** Absolute. */
  target: string;
  /** `bind`, or a file system's. */
  type: string;
  options: readonly string[];
}

/** Flags of a mount that one made from it must keep where it belongs to another user namespace. */
const lockable = /^(nosuid|nodev|noexec|noatime|nodiratime|relatime)$/;

export function fstabOf(entries: readonly MountEntry[]): string {
  return entries
    .map(({ source, target, type, options }) => {
      const [kind, all] = type === 'bind' ? ['none', ['bind', ...options]] : [type, options];
      return `${[source, target, kind, all.join(',') || 'defaults'].map(escaped).join(' ')} 0 0\n`;
    })
    .join('');
}

/** A file or folder in a second place. Device nodes in it work only with `devices`. */
export function bind(
  source: string,
  target: string,
  flags: MountFlags,
  { readOnly = false, devices = false, suid = false } = {},
): MountEntry {
  const own = [...(readOnly ? ['ro'] : []), ...(devices ? [] : ['nodev']), ...(suid ? [] : ['nosuid'])];
  return { source, target, type: 'bind', options: [...new Set([...own, ...flags.of(source)])] };
}

/** The flags of the mounts that there are. */
export class MountFlags {
  readonly #mounts: { place: string; flags: readonly string[] }[];

  /** `mountInfo`: proc_pid_mountinfo(5). */
  constructor(mountInfo = readFileSync('/proc/self/mountinfo', 'utf8')) {
    this.#mounts = mountInfo
      .split('\n')
      .flatMap((line) => {
        const [, , , , place, options] = line.split(' ');
        if (place === undefined || options === undefined) return [];
        return [{ place: unescaped(place), flags: options.split(',').filter((one) => lockable.test(one)) }];
      })
      // The last of those at one place lies on top.
      .reverse()
      .sort((a, b) => b.place.length - a.place.length);
  }

  /** Of the mount in which the path lies, those that must be kept. */
  of(file: string): readonly string[] {
    const found = this.#mounts.find(({ place }) =>
      `${file}/`.startsWith(place.endsWith('/') ? place : `${place}/`),
    );
    return found?.flags ?? [];
  }

  /** Whether something is mounted below the path. */
  hasBelow(folder: string): boolean {
    return this.#mounts.some(({ place }) => place !== folder && place.startsWith(`${folder}/`));
  }
}

function escaped(field: string): string {
  return field.replaceAll(/[\s\\#]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function unescaped(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
