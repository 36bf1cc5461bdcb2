// Nodes that are namespaces, with cables between them: what comes nearest to machines on one machine.

import { ipv4Range, isInRange } from '../../api/ipv4-range.ts';
import { type Held, Power } from '../../base/namespaces/power.ts';
import type { OutsidePort } from '../../machinery/held-ports.ts';
import type { LinkFaults } from '../../machinery/machinery.ts';
import { Egress } from '../../network/netns/egress/egress.ts';
import { findUserStack } from '../../network/netns/egress/user-stack.ts';
import { NetnsFabric } from '../../network/netns/netns-fabric.ts';
import { NetnsPlan } from '../../network/netns/netns-plan.ts';
import type { Member } from '../cluster-members.ts';
import { NetnsGround } from './netns-ground.ts';
import type { NetworkSpec } from './networks.ts';
import { isNodePort, isOutward } from './outward.ts';
import type { Place, Premises, PremisesOptions } from './premises.ts';

/** All that is lost together. */
interface Rack extends Held {
  readonly fabric: NetnsFabric;
  /** Or why there is none. A cluster without is a cluster. */
  readonly egress: Promise<Egress | string>;
}

export class NetnsPremises implements Premises {
  readonly plan: NetnsPlan;
  readonly centre: Place;
  readonly apiHost: string;
  readonly links: LinkFaults;
  readonly #rack: Power<Rack>;
  readonly #onLost: () => void;
  readonly #grounds = new Map<number, NetnsGround>();
  #egress: Egress | string | undefined;

  private constructor({ number, ownPorts, outward, onLost }: PremisesOptions) {
    const plan = new NetnsPlan(number);
    this.plan = plan;
    this.apiHost = plan.fabricAddress;
    this.#rack = new Power(
      () => this.#setUp(),
      (rack) => this.#lose(rack),
    );
    this.#onLost = onLost;
    this.centre = {
      enter: async () => (await this.#rack.on()).holder.enter,
      mayOpen: (port) => isOwn(port, plan, ownPorts) || isOutward(port, outward),
    };
    this.links = {
      cut: (node) => this.#groundAt(node).cut(),
      heal: (node) => this.#groundAt(node).heal(),
      slow: (node, quality) => this.#groundAt(node).slow(quality),
    };
  }

  /** Rejects with an Error in one line where that cannot be done; see whyNoNetns(). */
  static async open(options: PremisesOptions): Promise<NetnsPremises> {
    const premises = new NetnsPremises(options);
    await premises.#rack.on();
    return premises;
  }

  get network(): NetworkSpec {
    const way = this.#egress instanceof Egress ? { hostAddress: this.#egress.hostAddress } : {};
    return { name: 'netns', number: this.plan.number, isolated: true, ...way };
  }

  get whyNoEgress(): string | undefined {
    return this.#egress instanceof Egress ? this.#egress.problem : this.#egress;
  }

  async complete(): Promise<void> {
    await this.#rack.running?.egress;
  }

  groundOf(member: Member): NetnsGround {
    const known = this.#grounds.get(member.index);
    if (known?.name === member.name) return known;
    const ground = new NetnsGround(async () => (await this.#rack.on()).fabric, member);
    this.#grounds.set(member.index, ground);
    return ground;
  }

  async close(): Promise<void> {
    this.#killNodes();
    const rack = this.#rack.running;
    this.#rack.off();
    if (rack) await takeDown(rack);
  }

  async #setUp(): Promise<Rack> {
    const fabric = await NetnsFabric.start(this.plan);
    const egress = openEgress(fabric).then((opened) => {
      this.#egress = opened;
      return opened;
    });
    return { fabric, holder: fabric.holder, egress };
  }

  /** Its namespaces live on in whoever is in them, but nobody can be put there any more: all begin anew. */
  #lose(rack: Rack): void {
    this.#killNodes();
    this.#onLost();
    // Those who know of a problem with that have no other one.
    takeDown(rack).catch(() => {});
  }

  #killNodes(): void {
    for (const ground of this.#grounds.values()) ground.kill();
  }

  #groundAt(node: string): NetnsGround {
    const ground = [...this.#grounds.values()].find(({ name }) => name === node);
    if (ground) return ground;
    throw new Error(`there is no node "${node}"`);
  }
}

async function openEgress({ holder }: NetnsFabric): Promise<Egress | string> {
  const stack = findUserStack();
  if (typeof stack === 'string') return stack;
  return Egress.start(holder, stack).catch((error: Error) => error.message);
}

async function takeDown({ fabric, egress }: Rack): Promise<void> {
  const opened = await egress;
  if (typeof opened !== 'string') await opened.close();
  await fabric.close();
}

/** What is opened in the machine's network is the cluster's own: its API, node ports, addresses of LoadBalancer Services, … */
function isOwn(
  { host, port }: OutsidePort,
  { loadBalancerCidr }: NetnsPlan,
  ownPorts: readonly number[],
): boolean {
  if (host === '127.0.0.1') return ownPorts.includes(port) || isNodePort(port);
  const range = ipv4Range(loadBalancerCidr);
  return range !== undefined && isInRange(range, host);
}
