// Why a fault cannot be had somewhere, in one line that says what would have to be different.

import { runProgram } from '../../../base/run-program.ts';
import type { LinkFaults, Machinery } from '../../../machinery/machinery.ts';
import type { TargetView, World } from '../../world/world.ts';
import type { Injection } from '../fault.ts';

/** Of faults that take hold of processes. */
export async function needsMachinery({ machinery }: World): Promise<string | undefined> {
  if (!machinery)
    return 'it takes hold of processes, and this cluster is known by its API alone: it needs a cluster of Relevo\'s own on this machine ("relevo up")';
  try {
    await machinery.nodes();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Of faults of a node's network. */
export async function needsLinks(world: World): Promise<string | undefined> {
  const problem = await needsMachinery(world);
  if (problem !== undefined || !world.machinery) return problem;
  const { links } = world.machinery;
  if ('impossible' in links) return links.impossible;
  return whyNotByAsking(links);
}

/** Of faults that delay packets: tried in a network of its own, which ends with the program. Where that cannot be tried, the fault will tell. */
export async function needsLatency(): Promise<string | undefined> {
  const unshare = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--net'];
  const words = ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'];
  try {
    await runProgram([...unshare, ...words]);
    return undefined;
  } catch (error) {
    const isUnknown = /kind is unknown|Unknown qdisc|answers: No such file/i.test((error as Error).message);
    return isUnknown ? noNetem : undefined;
  }
}

const noNetem =
  'latency needs the kernel module sch_netem, which this kernel does not have: load it ("modprobe sch_netem") or install it, or ask for loss and rate only';

/** A cluster in another process says so only when it is asked for something: here, to heal a node that cannot be. */
async function whyNotByAsking(links: LinkFaults): Promise<string | undefined> {
  try {
    await links.heal('');
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith('there is no node ""') ? undefined : message;
  }
}

/** Of faults that need servers to hit. */
export function needsReplicas({ pods, url }: TargetView): string | undefined {
  if (pods.length > 0) return undefined;
  return `no replicas are known behind ${url}: the drill's target needs a Service of the cluster (target.service)`;
}

/** For inject(), proof() and undo, which come after impossible(). Throws where there is none. */
export function machineryOf({ world }: Pick<Injection, 'world'>): NonNullable<World['machinery']> {
  if (world.machinery) return world.machinery;
  throw new Error('the machinery of this cluster cannot be reached from here');
}

export function linksOf({ links }: Machinery): LinkFaults {
  if ('impossible' in links) throw new Error(links.impossible);
  return links;
}
