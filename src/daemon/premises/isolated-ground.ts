// A node with PIDs and mounts of its own: whoever switches off what holds them has switched off the node.

import { freezeAll, thawAll } from '../../base/namespaces/freeze.ts';
import type { Held, Power } from '../../base/namespaces/power.ts';
import type { NodeGround, Place } from './premises.ts';

/** Of whatever keeps the node's namespaces. */
type PowerSwitch = Pick<Power<Held>, 'on' | 'off' | 'running'>;

export class IsolatedGround implements NodeGround {
  readonly place: Place = { enter: async () => (await this.#power.on()).holder.enter };
  readonly #power: PowerSwitch;

  constructor(power: PowerSwitch) {
    this.#power = power;
  }

  /** On a network that all share, whose end is always heard. */
  async silence(): Promise<void> {}

  /** The node first: who waits outside for the kubelet must see it end, or nobody does. */
  kill(halt?: () => void): void {
    this.#power.off();
    halt?.();
  }

  async freeze(): Promise<void> {
    const { running } = this.#power;
    if (running) await freezeAll(running.holder);
  }

  async thaw(): Promise<void> {
    const { running } = this.#power;
    if (running) await thawAll(running.holder);
  }
}
