// Whether those whom a drill names, or so many as it wants, are there at all. Whether they are ready is another question, for when it begins.

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
  const [what, que] = areBackups ? ['backups', 'respaldos'] : ['replicas', 'réplicas'];
  return told(
    `${wanted} ${what} are to be hit, and ${service} has ${count}`,
    `hay que afectar a ${wanted} ${que}, y ${service} tiene ${count}`,
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
    `${wanted} nodes are to be hit, and there are ${count}`,
    `hay que afectar a ${wanted} nodos, y hay ${count}`,
  );
}
