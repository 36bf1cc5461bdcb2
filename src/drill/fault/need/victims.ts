// Whether those whom a drill names, or so many as it wants, are there at all. Whether they are ready is another question, for when it begins.

import { counted } from '../../counted.ts';
import { type Told, told } from '../../told.ts';
import type { TargetView } from '../../world/world.ts';
import { noSuchNode } from '../choice/nodes.ts';
import type { Parameters } from '../fault.ts';
import { countIn, roleIn, textIn } from '../parameters.ts';

/** Of faults that hit replicas. */
export function whyNoPods({ pods, service, nodes }: TargetView, parameters: Parameters): Told | undefined {
  const [pod, node, role] = [textIn(parameters, 'pod'), textIn(parameters, 'node'), roleIn(parameters)];
  if (pod !== undefined) return pods.some(({ name }) => name === pod) ? undefined : noReplica(service, pod);
  const unknown = node === undefined ? undefined : whyNoNode(nodes, node);
  if (unknown !== undefined) return unknown;
  const count = pods.filter((each) => role === 'any' || each.role === role).length;
  const wanted = countIn(parameters, 'count') ?? 1;
  return count < wanted ? tooFew(wanted, role === 'backup', service, count) : undefined;
}

function noReplica(service: string, pod: string): Told {
  return told(`${service} has no replica "${pod}"`, `${service} no tiene ninguna réplica «${pod}»`);
}

function tooFew(wanted: number, areBackups: boolean, service: string, count: number): Told {
  const what = areBackups ? counted(wanted, 'backup', 'backups') : counted(wanted, 'replica', 'replicas');
  const que = areBackups ? counted(wanted, 'respaldo', 'respaldos') : counted(wanted, 'réplica', 'réplicas');
  return told(
    `${what} ${wanted === 1 ? 'is' : 'are'} to be hit, and ${service} has ${count}`,
    `hay que afectar a ${que}, y ${service} tiene ${count}`,
  );
}

/** Of faults that hit nodes. */
export function whyNoNodes({ nodes }: TargetView, parameters: Parameters): Told | undefined {
  const node = textIn(parameters, 'node');
  if (node !== undefined) return whyNoNode(nodes, node);
  const wanted = countIn(parameters, 'count') ?? 1;
  return nodes.length < wanted ? tooFewNodes(wanted, nodes.length) : undefined;
}

function whyNoNode(nodes: TargetView['nodes'], wanted: string): Told | undefined {
  const names = nodes.map(({ name }) => name).sort();
  return names.includes(wanted) ? undefined : noSuchNode(wanted, names);
}

function tooFewNodes(wanted: number, count: number): Told {
  return told(
    `${counted(wanted, 'node is', 'nodes are')} to be hit, and there ${count === 1 ? 'is' : 'are'} ${count}`,
    `hay que afectar a ${counted(wanted, 'nodo', 'nodos')}, y hay ${count}`,
  );
}
