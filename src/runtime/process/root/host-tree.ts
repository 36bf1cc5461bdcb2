// What of the machine is in every container's root: its programs and libraries, and of /etc what programs need to work. State, secrets and
// homes are not. The part that is copied lies in one folder per node, the lowest layer of every root.

import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Folders, or links into /usr, at the machine's root. */
const systemFolders = /^(usr|bin|sbin|lib|lib32|lib64|libx32)$/;
const wantedOfEtc =
  /^(passwd|group|nsswitch\.conf|ssl|pki|ca-certificates.*|crypto-policies|ld\.so\..*|localtime|timezone|mime\.types|magic|alternatives|python[\d.]*|perl|php|java.*|fonts|services|protocols|os-release|.*-release|debian_version|profile|bash\.bashrc|bashrc|inputrc|terminfo|shells|host\.conf|gai\.conf)$/;
const secret = /\/ssl\/private(\/|$)/;

const folders: Readonly<Record<string, number>> = {
  ...{ etc: 0o755, dev: 0o755, 'dev/pts': 0o755, 'dev/shm': 0o1777, proc: 0o555, sys: 0o555, root: 0o700 },
  ...{ tmp: 0o1777, run: 0o755, var: 0o755, 'var/tmp': 0o1777, 'var/log': 0o755, 'var/cache': 0o755 },
  ...{ 'var/lib': 0o755, opt: 0o755, srv: 0o755, home: 0o755, mnt: 0o755, 'run/lock': 0o1777 },
};
const ofEveryRoot = ['dev', 'dev/pts', 'dev/shm', 'proc', 'sys', 'etc', 'tmp'];
export const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
/** Where generated files are mounted. */
const generated = ['etc/hosts', 'etc/hostname', 'etc/resolv.conf'];

const links: Readonly<Record<string, string>> = {
  ...{ 'dev/ptmx': 'pts/ptmx', 'dev/fd': '/proc/self/fd', 'dev/stdin': '/proc/self/fd/0' },
  ...{ 'dev/stdout': '/proc/self/fd/1', 'dev/stderr': '/proc/self/fd/2', 'dev/core': '/proc/kcore' },
};

export interface HostTree {
  /** The lowest layer of a root with the machine's programs. */
  base: string;
  /** The lowest layer of a root that brings its own. */
  bare: string;
  /** Absolute folders of the machine to be seen where they are. */
  folders: readonly string[];
}

/** Makes them below `folder`, unless they are there and as the machine is. */
export function hostTree(folder: string): HostTree {
  const top = readdirSync('/').filter((name) => systemFolders.test(name));
  const isLink = (name: string) => lstatSync(`/${name}`).isSymbolicLink();
  const real = top.filter((name) => !isLink(name));
  const etc = readdirSync('/etc').filter((name) => wantedOfEtc.test(name));
  const state = [...top, ...etc.map((name) => `etc/${name}`)].map(
    (name) => `${name} ${changedAt(`/${name}`)}`,
  );
  const key = createHash('sha256').update(state.join('\n')).digest('hex').slice(0, 16);
  const base = made(path.join(folder, `base-${key}`), (place) => {
    makeFrame(place, Object.keys(folders));
    for (const name of real) mkdirSync(path.join(place, name));
    for (const name of top.filter(isLink)) symlinkSync(readlinkSync(`/${name}`), path.join(place, name));
    mkdirSync(path.join(place, 'var/run'), { recursive: true });
    rmSync(path.join(place, 'var/run'), { recursive: true });
    symlinkSync('/run', path.join(place, 'var/run'));
    for (const name of etc) copy(`/etc/${name}`, path.join(place, 'etc', name));
  });
  const bare = made(path.join(folder, 'bare'), (place) => makeFrame(place, ofEveryRoot));
  return { base, bare, folders: real.map((name) => `/${name}`) };
}

function makeFrame(place: string, wanted: readonly string[]): void {
  for (const name of wanted) {
    mkdirSync(path.join(place, name), { recursive: true });
    chmodSync(path.join(place, name), folders[name] ?? 0o755);
  }
  for (const name of [...devices.map((one) => `dev/${one}`), ...generated])
    writeFileSync(path.join(place, name), '', { mode: 0o644 });
  for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(place, name));
}

/** Aside, and renamed: whoever finds it finds all of it. */
function made(place: string, make: (draft: string) => void): string {
  if (existsSync(place)) return place;
  const draft = `${place}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  make(draft);
  chmodSync(draft, 0o755);
  renameSync(draft, place);
  return place;
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Without what this user may not read: it is no container's either. */
function copy(source: string, target: string): void {
  const filter = (file: string) => !secret.test(file) && isReadable(file);
  // A link out of /etc, such as localtime's, leads to /usr, which is there.
  cpSync(source, target, { recursive: true, verbatimSymlinks: true, filter });
}

function isReadable(file: string): boolean {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (!stat || !(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink())) return false;
  if (stat.isSymbolicLink()) return true;
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
