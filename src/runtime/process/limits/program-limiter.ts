// Holds a node's programs to their limits: by control groups where there are any, else by looking at their memory every second.

import { createHash } from 'node:crypto';
import { release, userInfo } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { ControlGroups } from './control-groups.ts';
import type { LimitsReport, ProgramLimits } from './limits-report.ts';
import { isRunnable } from './runnable.ts';
import { workingSetOf } from './working-set.ts';

const lookEveryMs = 1_000;

export interface LimitedProgram {
  id: string;
  marker: string;
  limits?: ProgramLimits;
  env: Readonly<Record<string, string>>;
  cwd: string;
}

interface Watched {
  marker: string;
  memoryBytes: number;
  /** Told at most once. */
  exceeded(): void;
}

export class ProgramLimiter {
  readonly #clock: Clock;
  readonly #groups: ControlGroups | undefined;
  readonly #grouped = new Set<string>();
  readonly #watched = new Map<string, Watched>();
  #cancel: (() => void) | undefined;

  /** Removes what a predecessor of the same node left. `node` tells it from every other on this machine; `folder` is its own. */
  constructor(node: string, folder: string, clock: Clock, useGroups = true) {
    this.#clock = clock;
    this.#groups = useGroups ? ControlGroups.open(groupName(node), groupsNote(folder)) : undefined;
  }

  get report(): LimitsReport {
    const { version, memory, cpu } = this.#groups?.hierarchy ?? {};
    const place = memory ?? cpu;
    return {
      memory: memory ? 'cgroup' : 'watched',
      cpu: cpu ? 'cgroup' : 'reported',
      detail: place
        ? `control groups (v${version}) below ${place}`
        : `no control group can be made: ${remedy()}`,
    };
  }

  /** What starts the program inside its limits: `argv` itself when there are none, or only watched ones. */
  wrap({ id, limits, env, cwd }: LimitedProgram, argv: readonly string[]): readonly string[] {
    // What cannot be run is refused by the system itself, in its own words.
    const isWanted = limits && isLimit(limits) && isRunnable(argv[0] ?? '', env.PATH ?? '', cwd);
    const files = isWanted ? this.#groups?.create(id, limits) : undefined;
    if (!files) return argv;
    this.#grouped.add(id);
    // Entered before the program exists, so that none of its children can be born outside. 0 is whoever writes.
    const enter = files.map((_, index) => `echo 0 > "$${index + 1}"`).join(' && ');
    return ['/bin/sh', '-c', `${enter} && shift ${files.length} && exec "$@"`, 'sh', ...files, ...argv];
  }

  /** From its start until ended(). `exceeded` is to kill it. */
  follow({ id, marker, limits }: LimitedProgram, exceeded: () => void): void {
    const isCounted = this.#grouped.has(id) && this.#groups?.hierarchy.memory;
    if (limits?.memoryBytes === undefined || isCounted) return;
    this.#watched.set(id, { marker, memoryBytes: limits.memoryBytes, exceeded });
    this.#schedule();
  }

  /** Kills what is in its group, marked or not. */
  killAll(id: string): void {
    if (this.#grouped.has(id)) this.#groups?.kill(id);
  }

  /** Nothing of it runs any more. True when the kernel killed of it for its memory. */
  ended(id: string): boolean {
    this.#watched.delete(id);
    if (!this.#grouped.delete(id)) return false;
    const wasOutOfMemory = this.#groups?.wasOutOfMemory(id) ?? false;
    this.#groups?.retain(this.#grouped);
    return wasOutOfMemory;
  }

  /** Idempotent. */
  close(): void {
    this.#cancel?.();
    this.#watched.clear();
    this.#groups?.close();
  }

  #schedule(): void {
    this.#cancel ??= this.#clock.after(lookEveryMs, () => {
      this.#cancel = undefined;
      this.#look();
      if (this.#watched.size > 0) this.#schedule();
    });
  }

  #look(): void {
    for (const [id, { marker, memoryBytes, exceeded }] of this.#watched) {
      if (workingSetOf(marker, memoryBytes) <= memoryBytes) continue;
      this.#watched.delete(id);
      exceeded();
    }
  }
}

/** In the node's folder: which groups it has. */
export function groupsNote(folder: string): string {
  return path.join(folder, 'control-groups.json');
}

function isLimit({ memoryBytes, cpuMillis }: ProgramLimits): boolean {
  return memoryBytes !== undefined || cpuMillis !== undefined;
}

/** Short, and of letters that every file system takes. */
function groupName(node: string): string {
  return `relevo-${createHash('sha256').update(node).digest('hex').slice(0, 16)}`;
}

function remedy(): string {
  if (process.platform !== 'linux') return `${process.platform} has none`;
  if (userInfo().uid === 0)
    return `neither v1 nor v2 is writable here (Linux ${release()}); mount one read-write`;
  return `start the cluster as root, or in a delegated group: systemd-run --user --scope -p Delegate=yes relevo up`;
}
