// A node with a network of its own: its power, and its cable, which outlives it.

import { Power } from '../../base/namespaces/power.ts';
import type { LinkQuality } from '../../machinery/machinery.ts';
import type { NetnsFabric } from '../../network/netns/netns-fabric.ts';
import type { NetnsNode } from '../../network/netns/netns-node.ts';
import type { Member } from '../cluster-members.ts';
import { IsolatedGround } from './isolated-ground.ts';
import type { NodeGround, Place } from './premises.ts';

export class NetnsGround implements NodeGround {
  readonly name: string;
  readonly place: Place;
  readonly #fabric: () => Promise<NetnsFabric>;
  readonly #index: number;
  readonly #power = new Power(() => this.#connect());
  readonly #ground = new IsolatedGround(this.#power);
  /** What is done to its cable outlives its power. */
  #isCut = false;
  #quality: LinkQuality | undefined;

  /** `fabric` is asked whenever the node gets power. */
  constructor(fabric: () => Promise<NetnsFabric>, { name, index }: Member) {
    this.#fabric = fabric;
    this.#index = index;
    this.name = name;
    this.place = this.#ground.place;
  }

  async silence(): Promise<void> {
    await this.#power.running?.cut();
  }

  kill(halt?: () => void): void {
    this.#ground.kill(halt);
  }

  freeze(): Promise<void> {
    return this.#ground.freeze();
  }

  thaw(): Promise<void> {
    return this.#ground.thaw();
  }

  async cut(): Promise<void> {
    await this.#power.running?.cut();
    this.#isCut = true;
  }

  async heal(): Promise<void> {
    await this.#power.running?.heal();
    this.#isCut = false;
    this.#quality = undefined;
  }

  async slow(quality: LinkQuality): Promise<void> {
    await this.#power.running?.slow(quality);
    this.#quality = quality;
  }

  async #connect(): Promise<NetnsNode> {
    const fabric = await this.#fabric();
    const node = await fabric.startNode(this.#index, this.name);
    if (this.#quality) await node.slow(this.#quality);
    if (this.#isCut) await node.cut();
    return node;
  }
}
