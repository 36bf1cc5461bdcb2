// Nodes that share this machine's network: what needs nobody's permission. Where there are namespaces they have PIDs and mounts of their own,
// elsewhere they are plain processes.

import { holdNamespaces } from '../../base/namespaces/namespace-holder.ts';
import { buried, type Held, Power } from '../../base/namespaces/power.ts';
import type { ClusterDir } from '../../machinery/cluster-dir.ts';
import type { NoLinkFaults } from '../../machinery/machinery.ts';
import { LoopbackPlan } from '../../network/loopback/loopback-plan.ts';
import type { Member } from '../cluster-members.ts';
import { IsolatedGround } from './isolated-ground.ts';
import type { NetworkSpec } from './networks.ts';
import { isOutward, type Outward } from './outward.ts';
import { PlainGround } from './plain-ground.ts';
import type { NodeGround, Place, Premises } from './premises.ts';

export interface LoopbackPremisesOptions {
  readonly dir: ClusterDir;
  /** The N of the cluster's 127.N.0.0/16. */
  readonly number: number;
  /** Only where whyNoPidNamespaces() says nothing. */
  readonly isolated: boolean;
  readonly outward: Outward;
}

export class LoopbackPremises implements Premises {
  readonly network: NetworkSpec;
  readonly plan: LoopbackPlan;
  /** It could open them itself: it asks so that they outlive it. */
  readonly centre: Place;
  readonly apiHost = '127.0.0.1';
  readonly links: NoLinkFaults = {
    code: 'shared-network',
    impossible:
      'the nodes share the loopback of this machine, which can be neither cut nor slowed down: that needs nodes with networks of their own ("relevo up --network netns")',
  };
  readonly #dir: ClusterDir;
  readonly #grounds = new Map<string, NodeGround>();
  /** Of nodes that are isolated. */
  readonly #powers: Power<Held>[] = [];

  constructor({ dir, number, isolated, outward }: LoopbackPremisesOptions) {
    this.centre = { mayOpen: (port) => port.host.startsWith('127.') || isOutward(port, outward) };
    this.network = { name: 'loopback', number, isolated, hostAddress: '127.0.0.1' };
    this.plan = new LoopbackPlan(number);
    this.#dir = dir;
  }

  groundOf({ name }: Member): NodeGround {
    const known = this.#grounds.get(name);
    if (known) return known;
    const ground = this.network.isolated
      ? this.#isolated(name)
      : new PlainGround({ dir: this.#dir, node: name });
    this.#grounds.set(name, ground);
    return ground;
  }

  async complete(): Promise<void> {}

  async close(): Promise<void> {
    const running = this.#powers.flatMap((power) => power.running ?? []);
    for (const power of this.#powers) power.off();
    await Promise.all(running.map(({ holder }) => buried(holder)));
  }

  #isolated(hostname: string): NodeGround {
    const user = process.getuid?.() !== 0;
    const wanted = { user, manyUsers: true, pid: true, hostname };
    const power = new Power(async () => ({ holder: await holdNamespaces(wanted) }));
    this.#powers.push(power);
    return new IsolatedGround(power);
  }
}
