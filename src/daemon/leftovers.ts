// What a cluster that was killed can leave on the machine: processes that nobody told or that were frozen, control groups, and files that
// lead nowhere. What it keeps for its next start is no leftover.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { processIdentity } from '../base/process-identity.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { removeNotedGroups } from '../runtime/process/limits/control-groups.ts';
import { groupsNote } from '../runtime/process/limits/program-limiter.ts';
import {
  clusterMarkerPrefix,
  kill,
  markedProcesses,
  processesWith,
} from '../runtime/process/marked-processes.ts';
import { initAddressFile, runningNodeInit } from '../runtime/process/node-init-connection.ts';
import { lockCluster } from './cluster-lock.ts';
import { clusterMarker, clusterVariable } from './cluster-marker.ts';
import { nodeFolder } from './node-tree.ts';
import { frozenFile, killFrozen } from './thaw-guard.ts';

/** Plain data: what there was, and is gone. */
export interface Leftovers {
  /** Their pids. */
  readonly processes: readonly number[];
  /** Their folders. */
  readonly controlGroups: readonly string[];
  readonly files: readonly string[];
}

const goneWithinMs = 2_000;

/** Throws a ClusterInUseError for a cluster that runs, and touches nothing of it. Nothing is left of one that was never started. */
export async function cleanUp(dir: ClusterDir): Promise<Leftovers> {
  if (!existsSync(dir.path)) return { processes: [], controlGroups: [], files: [] };
  const used = dir.asLastUsed();
  used.create();
  const lock = lockCluster(used);
  try {
    return await removeLeftovers(used);
  } finally {
    lock.release();
  }
}

/** For whoever holds the cluster's lock, and has started nothing of it yet. */
export async function removeLeftovers(dir: ClusterDir): Promise<Leftovers> {
  const folders = nodeFolders(dir);
  const processes = await killAll(dir, folders);
  // A process that gave its marker away is still in its group.
  const controlGroups = folders.flatMap((folder) => removeNotedGroups(groupsNote(folder)));
  return { processes, controlGroups, files: removeFiles(dir, folders) };
}

/** Resolves when they are gone, and what they listened on is free. */
async function killAll(dir: ClusterDir, folders: readonly string[]): Promise<number[]> {
  const killed = new Set(folders.flatMap((folder) => killFrozen(frozenFile(folder))));
  for (let round = 0; round < 10; round++) {
    const fresh = findAll(dir, folders).filter((pid) => !killed.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) if (kill(pid, 'SIGKILL')) killed.add(pid);
  }
  const giveUp = performance.now() + goneWithinMs;
  const lives = (pid: number) => processIdentity(pid) !== undefined;
  while ([...killed].some(lives) && performance.now() < giveUp) await after(5);
  return [...killed].sort((a, b) => a - b);
}

/** Those that start others first. */
function findAll(dir: ClusterDir, folders: readonly string[]): number[] {
  const marker = clusterMarker(dir);
  return [
    ...processesWith(clusterVariable, `${marker}\0`),
    ...folders.flatMap((folder) => runningNodeInit(folder)?.pid ?? []),
    ...markedProcesses(clusterMarkerPrefix(marker)),
  ].filter((pid) => pid !== process.pid);
}

function removeFiles(dir: ClusterDir, folders: readonly string[]): string[] {
  const drafts = [dir.path, dir.data, ...folders].flatMap(draftsIn);
  const there = [...dir.signs, ...drafts, ...folders.flatMap(initSocket)].filter((file) => existsSync(file));
  for (const file of there) rmSync(file, { recursive: true });
  return there;
}

/** See replaceFile(). */
function draftsIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => /\.\d+\.new$/.test(name))
    .map((name) => path.join(folder, name));
}

/** With the folder that was made for it where the node's has too long a path. */
function initSocket(folder: string): string[] {
  try {
    const { socket } = JSON.parse(readFileSync(initAddressFile(folder), 'utf8'));
    const around = path.dirname(socket);
    return [path.dirname(around) === tmpdir() && around !== folder ? around : socket];
  } catch {
    return [];
  }
}

function nodeFolders(dir: ClusterDir): string[] {
  const all = path.dirname(nodeFolder(dir, 'any'));
  return namesIn(all).map((name) => path.join(all, name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
