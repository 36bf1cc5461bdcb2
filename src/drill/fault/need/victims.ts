// Whether those whom a drill names, or so many as it wants, are there at all. Whether they are ready is another question, for when it begins.

import type { TargetView } from '../../world/world.ts';
import type { Parameters } from '../fault.ts';
import { countIn, roleIn, textIn } from '../parameters.ts';

/** Of faults that hit replicas. */
export function whyNoPods({ pods, service, nodes }: TargetView, parameters: Parameters): string | undefined {
  const [pod, node, role] = [textIn(parameters, 'pod'), textIn(parameters, 'node'), roleIn(parameters)];
  if (pod !== undefined)
    return pods.some(({ name }) => name === pod) ? undefined : `${service} has no replica "${pod}"`;
  const unknown = node === undefined ? undefined : whyNoNode(nodes, node);
  if (unknown !== undefined) return unknown;
  const count = pods.filter((each) => role === 'any' || each.role === role).length;
  const wanted = countIn(parameters, 'count') ?? 1;
  return count < wanted
    ? `${wanted} ${role === 'backup' ? 'backups' : 'replicas'} are to be hit, and ${service} has ${count}`
    : undefined;
}

/** Of faults that hit nodes. */
export function whyNoNodes({ nodes }: TargetView, parameters: Parameters): string | undefined {
  const node = textIn(parameters, 'node');
  if (node !== undefined) return whyNoNode(nodes, node);
  const wanted = countIn(parameters, 'count') ?? 1;
  return nodes.length < wanted ? `${wanted} nodes are to be hit, and there are ${nodes.length}` : undefined;
}

function whyNoNode(nodes: TargetView['nodes'], wanted: string): string | undefined {
  const names = nodes.map(({ name }) => name).sort();
  return names.includes(wanted)
    ? undefined
    : `there is no node "${wanted}"; there are ${names.join(', ') || 'none'}`;
}
