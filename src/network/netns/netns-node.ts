// One node as a machine that can be lost: its power and its cable, each at the hand of whoever holds it.

import type { NamespaceHolder } from '../../base/namespaces/namespace-holder.ts';
import { buried } from '../../base/namespaces/power.ts';
import { runProgram } from '../../base/run-program.ts';
import { type LinkQuality, slowLink } from './link-quality.ts';
import { cableOf, fabricBridge, uplink } from './scripts.ts';

export interface NetnsNodeOptions {
  readonly index: number;
  readonly name: string;
  readonly holder: NamespaceHolder;
  readonly fabric: NamespaceHolder;
}

export class NetnsNode {
  readonly index: number;
  readonly name: string;
  /** `enter` starts what belongs on the node; when it ends by itself, the node has lost its power. */
  readonly holder: NamespaceHolder;
  readonly #fabric: NamespaceHolder;
  #stopped: Promise<void> | undefined;
  /** Ends what slow() did. */
  #quicken: (() => Promise<void>) | undefined;
  /** Changes of the cable come one after the other. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor({ index, name, holder, fabric }: NetnsNodeOptions) {
    this.index = index;
    this.name = name;
    this.holder = holder;
    this.#fabric = fabric;
  }

  /** Nothing leaves it and nothing reaches it. Its own end of the cable stays up: nobody on it is told. Idempotent. */
  cut(): Promise<void> {
    return this.#change(() => this.#inFabric(`link set ${this.#cable} nomaster`));
  }

  /** Ends cut() and slow(). Idempotent. */
  heal(): Promise<void> {
    return this.#change(async () => {
      await this.#unslow();
      await this.#inFabric(`link set ${this.#cable} master ${fabricBridge}`);
    });
  }

  /** For what leaves it; replaces an earlier one. Rejects, saying what the kernel lacks; the cable is as good as new then. */
  slow(quality: LinkQuality): Promise<void> {
    return this.#change(async () => {
      await this.#unslow();
      this.#quicken = await slowLink(this.holder.enter, uplink, quality);
    });
  }

  /** As by a power cut: it is cut off, and then killed with all that runs on it, so that nobody hears a last word. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    // Where the fabric is gone there is nobody to hear it.
    await this.cut().catch(() => {});
    this.holder.kill();
    await buried(this.holder);
  }

  async #unslow(): Promise<void> {
    await this.#quicken?.();
    this.#quicken = undefined;
  }

  get #cable(): string {
    return cableOf(this.index);
  }

  #inFabric(line: string): Promise<void> {
    return runProgram([...this.#fabric.enter, 'ip', ...line.split(' ')]).then(() => {});
  }

  #change(work: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(work);
    this.#changing = changed.catch(() => {});
    return changed;
  }
}
