// Which nodes a fault hits: those with replicas of the target first, since a fault that nobody meets shows nothing.

import { counted } from '../../counted.ts';
import { type Told, ToldError, told } from '../../told.ts';
import type { TargetView } from '../../world/world.ts';
import type { Parameters, Victims } from '../fault.ts';
import { countIn, roleIn, textIn } from '../parameters.ts';
import { draw, wantedOf } from './draw.ts';
import { nobody } from './nobody.ts';
import { podsOf, victim } from './pods.ts';

type Node = TargetView['nodes'][number];

/** Which ones may be hit, and what is said of those that may not. */
export interface NodeRule {
  readonly may: (node: Node) => boolean;
  readonly whyNot: Told;
}

const anyNode: NodeRule = { may: () => true, whyNot: told('', '') };
export const cordonedAlready = told('cordoned already', 'ya acordonado');

/**
 * Of the ready nodes that may be hit; a share is of all ready ones. Their pods of the target are victims too. Throws, saying so, when nobody
 * or not enough of them are there.
 */
export function chooseNodes(
  target: TargetView,
  parameters: Parameters,
  random: () => number,
  rule: NodeRule = anyNode,
): Victims {
  const name = textIn(parameters, 'node');
  if (name !== undefined) return ofNodes(target, [nodeNamed(target, name, rule)]);
  const ready = target.nodes.filter((node) => node.ready);
  const candidates = ready
    .filter(rule.may)
    .map((node) => node.name)
    .sort();
  const wanted = wantedOf(ready.length, {
    count: countIn(parameters, 'count'),
    share: textIn(parameters, 'share'),
  });
  if (wanted > candidates.length) throw new ToldError(tooFewNodes(wanted, candidates.length));
  const busy = new Set(podsOf(target, roleIn(parameters)).map(({ node }) => node));
  const first = draw(
    candidates.filter((node) => busy.has(node)),
    wanted,
    random,
  );
  const rest = draw(
    candidates.filter((node) => !busy.has(node)),
    wanted - first.length,
    random,
  );
  return ofNodes(target, [...first, ...rest]);
}

/** With the target's pods on them. */
export function ofNodes({ pods }: TargetView, nodes: readonly string[]): Victims {
  return { ...nobody, nodes, pods: pods.filter(({ node }) => nodes.includes(node)).map(victim) };
}

function nodeNamed({ nodes }: TargetView, name: string, { may, whyNot }: NodeRule): string {
  const found = nodes.find((node) => node.name === name);
  if (found && !may(found)) throw new ToldError(notToBeHit(name, whyNot));
  if (found) return name;
  const names = nodes.map((node) => node.name).sort();
  throw new ToldError(noSuchNode(name, names));
}

export function noSuchNode(name: string, names: readonly string[]): Told {
  const list = names.join(', ');
  return told(
    `there is no node "${name}"; there are ${list || 'none'}`,
    `no hay ningún nodo «${name}»; ${list ? `los hay: ${list}` : 'no hay ninguno'}`,
  );
}

function notToBeHit(node: string, why: Told): Told {
  return told(`${node} cannot be hit: it is ${why.en}`, `no se puede afectar a ${node}: está ${why.es}`);
}

function tooFewNodes(wanted: number, ready: number): Told {
  return told(
    `${wanted} are to be hit, but there ${ready === 1 ? 'is' : 'are'} only ${counted(ready, 'such node', 'such nodes')} ready`,
    `hay que afectar a ${wanted}, pero solo hay ${counted(ready, 'nodo así listo', 'nodos así listos')}`,
  );
}
