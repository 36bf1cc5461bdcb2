// A node in this machine's own namespaces: its processes are found by what they carry in their environment.

import type { ClusterDir } from '../../machinery/cluster-dir.ts';
import { freezeProcesses, NodeTree, nodeFolder, thawProcesses } from '../node-tree.ts';
import { frozenFile, guardFrozen, type ThawGuard } from '../thaw-guard.ts';
import type { KubeletProcess, NodeGround, Place } from './premises.ts';

export interface PlainGroundOptions {
  readonly dir: ClusterDir;
  readonly node: string;
}

export class PlainGround implements NodeGround {
  readonly place: Place = {};
  readonly #tree: NodeTree;
  readonly #frozenFile: string;
  #guard: ThawGuard | undefined;

  constructor({ dir, node }: PlainGroundOptions) {
    this.#tree = new NodeTree(dir, node);
    this.#frozenFile = frozenFile(nodeFolder(dir, node));
  }

  /** Processes of one machine are always heard: their connections are closed for them. */
  async silence(): Promise<void> {}

  kill(halt?: () => void): void {
    halt?.();
    this.#tree.kill();
    this.#dismissGuard();
  }

  async freeze({ pid: kubelet, signal }: KubeletProcess): Promise<void> {
    if (this.#guard) return;
    signal('SIGSTOP');
    const pids = freezeProcesses(() => this.#tree.processes());
    this.#guard = guardFrozen(this.#frozenFile, kubelet === undefined ? pids : [...pids, kubelet]);
  }

  async thaw({ signal }: KubeletProcess): Promise<void> {
    await thawProcesses(() => this.#tree.processes());
    signal('SIGCONT');
    this.#dismissGuard();
  }

  #dismissGuard(): void {
    this.#guard?.dismiss();
    this.#guard = undefined;
  }
}
