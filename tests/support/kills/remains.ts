// What there is of a cluster while it runs, so that it can be told afterwards whether anything of that is left.

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { processIdentity } from '../../../src/base/process-identity.ts';
import { eventually } from '../eventually.ts';
import { clusterProcesses } from './cluster-processes.ts';
import { inhabitantsOf, listening, namespacesOf, socketsOf } from './machine-state.ts';

/** What dies with its supervisor notices that in well under a second. */
const goneWithinMs = 15_000;

export class Remains {
  readonly #home: string;
  /** Of all that were in its namespaces, whether they carried its mark or not. The numbers of namespaces are given out again. */
  readonly #inhabitants: ReadonlyMap<number, string | undefined>;
  readonly #sockets: ReadonlySet<string>;
  readonly #controlGroups: readonly string[];

  /** Of the cluster "default" in this folder, while it runs. */
  constructor(home: string) {
    const cluster = path.join(home, 'clusters/default');
    this.#home = home;
    const pids = clusterProcesses(home).map(({ pid }) => pid);
    const all = [...pids, ...inhabitantsOf(namespacesOf(pids))];
    this.#inhabitants = new Map(all.map((pid) => [pid, processIdentity(pid)]));
    this.#sockets = socketsOf(pids);
    const notes = globSync(path.join(cluster, 'data/nodes/*/control-groups.json'));
    this.#controlGroups = notes.flatMap((note) => parsed(note) as string[]);
  }

  /** Resolves when no process is left, nobody who was in its namespaces, and nobody listens for it. */
  async nothingRuns(): Promise<void> {
    await eventually(() => {
      const left = clusterProcesses(this.#home).map(
        ({ pid, parent, command }) => `${pid} of ${parent}: ${command}`,
      );
      assert.deepEqual(left, [], 'processes are left');
      const alive = [...this.#inhabitants].filter(
        ([pid, identity]) => identity !== undefined && processIdentity(pid) === identity,
      );
      assert.deepEqual(alive, [], 'there are still inhabitants of its namespaces');
      const open = listening().filter(({ inode }) => this.#sockets.has(inode));
      assert.deepEqual(open, [], 'its ports are listened on');
      return true;
    }, goneWithinMs);
  }

  assertNoControlGroups(): void {
    assert.deepEqual(this.#controlGroups.filter(existsSync), [], 'control groups are left');
  }
}

function parsed(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
