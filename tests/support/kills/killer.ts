// Kills the parts of a cluster with signal 9, from outside and without asking anybody; only a node's power is cut by the verb for it.

import { setTimeout as delay } from 'node:timers/promises';
import { killIfThere } from '../../../src/base/kill-if-there.ts';
import { runningNodeInit } from '../../../src/runtime/process/node-init-connection.ts';
import type { WebCluster } from '../web-cluster.ts';
import {
  type ClusterProcess,
  clusterProcesses,
  firstOfPidNamespace,
  type Role,
} from './cluster-processes.ts';
import type { Kill } from './plan.ts';

export class Killer {
  readonly #cluster: WebCluster;
  readonly #nodes: readonly string[];

  constructor(cluster: WebCluster, nodes: readonly string[]) {
    this.#cluster = cluster;
    this.#nodes = nodes;
  }

  /** What is to be killed and is not there, since what was killed before has taken it along, is left as it is. */
  async carryOut({ victim, pick, afterMs }: Kill): Promise<void> {
    // The moment is drawn at random like everything else; nothing is waited for.
    await delay(afterMs);
    const all = clusterProcesses(this.#cluster.home.path);
    switch (victim) {
      case 'pod':
        return killAll(onePod(all, pick));
      case 'node':
        return this.#killNode(all, chosen(this.#nodes, pick));
      case 'power':
        return this.#cutPower(chosen(this.#nodes, pick));
      case 'everything':
        return killAll(all);
      default:
        return killAll([chosen(ofRole(all, victim), pick)]);
    }
  }

  killKubelet(node: string): void {
    killAll(ofRole(clusterProcesses(this.#cluster.home.path), 'kubelet').filter((one) => one.node === node));
  }

  /** By its first process where it has PIDs of its own; else one process after the other, and node-init may see some of them go. */
  #killNode(all: readonly ClusterProcess[], node: string): void {
    const kubelet = ofRole(all, 'kubelet').find((one) => one.node === node);
    const first = kubelet && firstOfPidNamespace(kubelet, all);
    const init = runningNodeInit(`${this.#cluster.home.path}/clusters/default/data/nodes/${node}`)?.pid;
    const each = [kubelet, all.find(({ pid }) => pid === init), ...podsOn(node, all)];
    killAll(first ? [first] : each);
  }

  async #cutPower(node: string): Promise<void> {
    await this.#cluster.relevo('node', 'stop', node);
    await this.#cluster.relevo('node', 'start', node);
  }
}

function ofRole(all: readonly ClusterProcess[], role: Role): ClusterProcess[] {
  return all.filter((one) => one.role === role);
}

function podsOn(node: string, all: readonly ClusterProcess[]): ClusterProcess[] {
  return ofRole(all, 'pod').filter((one) => one.node === node);
}

/** All that runs in it. */
function onePod(all: readonly ClusterProcess[], pick: number): ClusterProcess[] {
  const inPods = ofRole(all, 'pod');
  const uid = chosen([...new Set(inPods.map(({ podUid }) => podUid))].sort(), pick);
  return inPods.filter(({ podUid }) => podUid === uid);
}

function chosen<T>(from: readonly T[], pick: number): T {
  return from[Math.floor(pick * from.length)] as T;
}

function killAll(victims: readonly (ClusterProcess | undefined)[]): void {
  for (const victim of victims) if (victim) killIfThere(victim.pid);
}
