// Why a fault cannot be had somewhere, in one line that says what would have to be different.

import { runProgram } from '../../../base/run-program.ts';
import type { LinkFaults, Machinery } from '../../../machinery/machinery.ts';
import { MachineryError } from '../../../machinery/machinery-error.ts';
import { type Told, ToldError, told, toldOf } from '../../told.ts';
import type { TargetView, World } from '../../world/world.ts';
import type { Injection } from '../fault.ts';

/** Of faults that take hold of processes. */
export async function needsMachinery({ machinery }: World): Promise<Told | undefined> {
  if (!machinery) return apiAlone;
  try {
    await machinery.nodes();
    return undefined;
  } catch (error) {
    return toldOf(error);
  }
}

/** Of faults of a node's network. */
export async function needsLinks(world: World): Promise<Told | undefined> {
  const problem = await needsMachinery(world);
  if (problem !== undefined || !world.machinery) return problem;
  const { links } = world.machinery;
  if ('impossible' in links) return sharedLinks;
  return whyNotByAsking(links);
}

/** Of faults that delay packets: tried in a network of its own, which ends with the program. Where that cannot be tried, the fault will tell. */
export async function needsLatency(): Promise<Told | undefined> {
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

const apiAlone = told(
  'it takes hold of processes, and this cluster is known by its API alone: it needs a cluster of Relevo\'s own on this machine ("relevo up")',
  'actúa sobre procesos, y de este clúster solo se conoce la API: necesita un clúster propio de Relevo en esta máquina («relevo up»)',
);
const noNetem = told(
  'latency needs the kernel module sch_netem, which this kernel does not have: load it ("modprobe sch_netem") or install it, or ask for loss and rate only',
  'la latencia necesita el módulo sch_netem, que este núcleo no tiene: cárgalo («modprobe sch_netem») o instálalo, o pide solo loss y rate',
);

const sharedLinks = told(
  'the nodes share the loopback of this machine, which can be neither cut nor slowed down: that needs nodes with networks of their own ("relevo up --network netns")',
  'los nodos comparten el bucle local de esta máquina, que no se puede cortar ni frenar: hacen falta nodos con red propia («relevo up --network netns»)',
);

/** A cluster in another process says so only when it is asked for something: here, to heal a node that cannot be. */
async function whyNotByAsking(links: LinkFaults): Promise<Told | undefined> {
  try {
    await links.heal('');
    return undefined;
  } catch (error) {
    const code = error instanceof MachineryError ? error.code : undefined;
    if (code === 'unknown-node') return undefined;
    return code === 'shared-network' ? sharedLinks : toldOf(error);
  }
}

/** Of faults that need servers to hit. */
export function needsReplicas({ pods, url }: TargetView): Told | undefined {
  if (pods.length > 0) return undefined;
  return told(
    `no replicas are known behind ${url}: the drill's target needs a Service of the cluster (target.service)`,
    `no se conocen réplicas detrás de ${url}: el objetivo del simulacro tiene que ser un Service del clúster (target.service)`,
  );
}

/** For inject(), proof() and undo, which come after impossible(). Throws where there is none. */
export function machineryOf({ world }: Pick<Injection, 'world'>): NonNullable<World['machinery']> {
  if (world.machinery) return world.machinery;
  throw new ToldError(outOfReach);
}

export function linksOf({ links }: Machinery): LinkFaults {
  if ('impossible' in links) throw new ToldError(sharedLinks);
  return links;
}

const outOfReach = told(
  'the machinery of this cluster cannot be reached from here',
  'desde aquí no se llega a la maquinaria de este clúster',
);
