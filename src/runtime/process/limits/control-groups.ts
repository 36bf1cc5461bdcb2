// The control groups of a node: one around all, one for each program that has a limit. They hold what a program's processes become, however
// they detach themselves, and go with the program; what a killed predecessor left goes first.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../../base/replace-file.ts';
import { kill } from '../marked-processes.ts';
import { findHierarchy, type Hierarchy } from './hierarchies.ts';
import type { ProgramLimits } from './limits-report.ts';

const cpuPeriodMicros = 100_000;
/** The kernel takes no less. */
const leastCpuMicros = 1_000;
const clearRounds = 40;
const clearPauseMs = 5;

export class ControlGroups {
  readonly hierarchy: Hierarchy;
  /** The node's, one for each hierarchy. */
  readonly #folders: readonly string[];
  readonly #noteFile: string;

  private constructor(hierarchy: Hierarchy, name: string, noteFile: string) {
    this.hierarchy = hierarchy;
    this.#noteFile = noteFile;
    const around = [hierarchy.memory, hierarchy.cpu].flatMap((folder) => folder ?? []);
    this.#folders = [...new Set(around)].map((folder) => path.join(folder, name));
  }

  /**
   * `name` is one word that no other node on this machine has; `noteFile` is where the node notes its groups, since the next start may happen
   * elsewhere in the hierarchy. Undefined where groups cannot be made.
   */
  static open(name: string, noteFile: string): ControlGroups | undefined {
    removeNotedGroups(noteFile);
    const hierarchy = findHierarchy(`${name}.trial`);
    return hierarchy && new ControlGroups(hierarchy, name, noteFile);
  }

  /**
   * Makes a program's groups, and returns the files that a process writes `0` into to enter them. Undefined when the limits cannot be set;
   * nothing is left then.
   */
  create(id: string, limits: ProgramLimits): string[] | undefined {
    try {
      const { version, memory, cpu } = this.hierarchy;
      this.#makeAround();
      for (const folder of this.#of(id)) mkdirSync(folder, { recursive: true });
      if (limits.memoryBytes !== undefined && memory) this.#limitMemory(id, version, limits.memoryBytes);
      if (limits.cpuMillis !== undefined && cpu) this.#limitCpu(id, version, limits.cpuMillis);
      return this.#of(id).map((folder) => path.join(folder, 'cgroup.procs'));
    } catch {
      for (const folder of this.#of(id)) removeGroup(folder);
      return undefined;
    }
  }

  /** Whether the kernel killed a process of it for its memory. */
  wasOutOfMemory(id: string): boolean {
    const events = this.hierarchy.version === 1 ? 'memory.oom_control' : 'memory.events';
    return this.#of(id).some((folder) => /^oom_kill [1-9]/m.test(textOf(path.join(folder, events))));
  }

  /** Kills what is in it. */
  kill(id: string): void {
    for (const folder of this.#of(id)) killAllIn(folder);
  }

  /** Removes all but these; one that something still dies in goes the next time. */
  retain(ids: ReadonlySet<string>): void {
    const all = this.#folders.flatMap(groupsIn);
    for (const folder of all) if (!ids.has(path.basename(folder))) removeGroup(folder);
    // Whoever looks for traces of a node without limits shall find none.
    if (ids.size === 0) for (const folder of this.#folders) removeGroup(folder);
  }

  /** Kills what is in any of them and removes them all. Idempotent. */
  close(): void {
    for (const folder of this.#folders) clear(folder);
  }

  #makeAround(): void {
    if (this.#folders.every((folder) => existsSync(folder))) return;
    replaceFile(this.#noteFile, JSON.stringify(this.#folders), 0o600);
    for (const folder of this.#folders) {
      mkdirSync(folder, { recursive: true });
      // v2 hands on only what it is told to.
      if (this.hierarchy.version === 2) this.#handOn(folder);
    }
  }

  #handOn(folder: string): void {
    const { memory, cpu } = this.hierarchy;
    const names = [...(memory ? ['+memory'] : []), ...(cpu ? ['+cpu'] : [])];
    writeFileSync(path.join(folder, 'cgroup.subtree_control'), names.join(' '));
  }

  #limitMemory(id: string, version: 1 | 2, bytes: number): void {
    const folder = this.#group(this.hierarchy.memory, id);
    if (version === 2) {
      put(folder, 'memory.max', String(bytes));
      // Not slowed down by swapping instead; and all of it goes, as a container does.
      putIfThere(folder, 'memory.swap.max', '0');
      putIfThere(folder, 'memory.oom.group', '1');
      return;
    }
    put(folder, 'memory.limit_in_bytes', String(bytes));
    putIfThere(folder, 'memory.memsw.limit_in_bytes', String(bytes));
  }

  #limitCpu(id: string, version: 1 | 2, millis: number): void {
    const folder = this.#group(this.hierarchy.cpu, id);
    const quota = Math.max(leastCpuMicros, Math.round((millis * cpuPeriodMicros) / 1_000));
    if (version === 2) {
      put(folder, 'cpu.max', `${quota} ${cpuPeriodMicros}`);
      return;
    }
    put(folder, 'cpu.cfs_period_us', String(cpuPeriodMicros));
    put(folder, 'cpu.cfs_quota_us', String(quota));
  }

  #group(around: string | undefined, id: string): string {
    return this.#of(id).find((folder) => folder.startsWith(`${around}/`)) ?? '';
  }

  #of(id: string): string[] {
    return this.#folders.map((folder) => path.join(folder, id));
  }
}

/** Of a node that does not run, with all that is in them. Returns the folders of those that there were. */
export function removeNotedGroups(noteFile: string): string[] {
  const there = notedFolders(noteFile).filter((folder) => existsSync(folder));
  for (const folder of there) clearPatiently(folder);
  return there;
}

/** What was just killed takes a moment to go. Blocks for that long: nothing may be started before. */
function clearPatiently(folder: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < clearRounds; round++) {
    clear(folder);
    if (!existsSync(folder)) return;
    Atomics.wait(pause, 0, 0, clearPauseMs);
  }
}

/** Of a node: with all that is in them. */
function clear(folder: string): void {
  for (const inner of groupsIn(folder)) {
    killAllIn(inner);
    removeGroup(inner);
  }
  removeGroup(folder);
}

function notedFolders(file: string): string[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

function put(folder: string, knob: string, value: string): void {
  writeFileSync(path.join(folder, knob), value);
}

/** Not every kernel accounts for swap. */
function putIfThere(folder: string, knob: string, value: string): void {
  try {
    put(folder, knob, value);
  } catch {
    // Then there is nothing to limit.
  }
}

function killAllIn(folder: string): void {
  const pids = textOf(path.join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
  // 0 is a process of a namespace that is not this one's.
  for (const pid of pids) if (pid > 0) kill(pid, 'SIGKILL');
}

function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Gone, or something still dies in it.
  }
}

function groupsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(folder, name));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
