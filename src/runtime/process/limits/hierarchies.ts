// Where this process may make control groups of its own: below the one it is in (v1), or below the nearest one around it that hands memory and
// cpu on (v2). Whether it really may is found by trying, since rights, delegation and mounts of containers all have a say in it.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import path from 'node:path';

export interface Hierarchy {
  version: 1 | 2;
  /** Folder of the group below which groups are made. */
  memory?: string;
  cpu?: string;
}

/** Files that a test may replace. */
export interface ControlGroupFiles {
  /** Default /proc/self/cgroup, see cgroups(7). */
  own?: string;
  /** Default /proc/self/mountinfo. */
  mounts?: string;
}

interface Mount {
  type: string;
  /** The part of the hierarchy that is mounted. */
  root: string;
  place: string;
  controllers: readonly string[];
}

/** `name` is that of a trial group, which nobody else uses. Undefined when nothing can be limited by groups. */
export function findHierarchy(name: string, files: ControlGroupFiles = {}): Hierarchy | undefined {
  const mounts = mountsOf(textOf(files.mounts ?? '/proc/self/mountinfo'));
  const own = ownGroups(textOf(files.own ?? '/proc/self/cgroup'));
  const found = unified(mounts, own, name) ?? {
    version: 1 as const,
    memory: legacy('memory', mounts, own, name),
    cpu: legacy('cpu', mounts, own, name),
  };
  return found.memory || found.cpu ? found : undefined;
}

function legacy(
  controller: 'memory' | 'cpu',
  mounts: readonly Mount[],
  own: ReadonlyMap<string, string>,
  name: string,
): string | undefined {
  const mount = mounts.find(({ type, controllers }) => type === 'cgroup' && controllers.includes(controller));
  const folder = mount && folderOf(mount, own.get(controller));
  const knob = controller === 'memory' ? 'memory.limit_in_bytes' : 'cpu.cfs_quota_us';
  return folder && isUsable(path.join(folder, name), [knob]) ? folder : undefined;
}

function unified(
  mounts: readonly Mount[],
  own: ReadonlyMap<string, string>,
  name: string,
): Hierarchy | undefined {
  const mount = mounts.find(({ type }) => type === 'cgroup2');
  let folder = mount && folderOf(mount, own.get(''));
  while (mount && folder?.startsWith(mount.place)) {
    const isMemory = isUsable(path.join(folder, name), ['memory.max']);
    const isCpu = isUsable(path.join(folder, name), ['cpu.max']);
    if (isMemory || isCpu) {
      return { version: 2, ...(isMemory ? { memory: folder } : {}), ...(isCpu ? { cpu: folder } : {}) };
    }
    if (folder === mount.place) return undefined;
    folder = path.dirname(folder);
  }
  return undefined;
}

/** Whether a group can be made there, has these files, and takes a process. */
function isUsable(folder: string, knobs: readonly string[]): boolean {
  try {
    // Of a trial that a crash cut short.
    if (!existsSync(folder)) mkdirSync(folder);
    try {
      if (!knobs.every((knob) => existsSync(path.join(folder, knob)))) return false;
      const joined = spawnSync('sh', ['-c', 'echo 0 > "$1"', 'sh', path.join(folder, 'cgroup.procs')]);
      return joined.status === 0;
    } finally {
      rmdirSync(folder);
    }
  } catch {
    return false;
  }
}

function folderOf({ root, place }: Mount, own: string | undefined): string | undefined {
  if (own === undefined) return undefined;
  const below = path.posix.relative(root, own);
  // Outside of what is mounted, as a container sees its host's: the mount's own root is as near as it gets.
  return below.startsWith('..') ? place : path.join(place, below);
}

/** By controller; that of v2 has an empty name. */
function ownGroups(text: string): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || group === undefined) continue;
    for (const controller of controllers.split(',')) groups.set(controller, group);
  }
  return groups;
}

/** proc_pid_mountinfo(5): the fields after ` - ` are type, source and the options of the file system. */
function mountsOf(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [front = '', back] = line.split(' - ');
    const [, , , root = '/', place = ''] = front.split(' ');
    const [type = '', , options = ''] = back?.split(' ') ?? [];
    return type.startsWith('cgroup') ? [{ type, root, place, controllers: options.split(',') }] : [];
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
