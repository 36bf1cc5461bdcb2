// Nothing that could serve is left: all nodes lose their power, or all replicas are killed and held back. Users see the sorry page.

import { choice } from '../../api/relevo/field-schemas.ts';
import { joined, type Told, ToldError, told } from '../told.ts';
import { killPods, lookKilled } from './acts/kill-pods.ts';
import { lookStopped, stopNodes } from './acts/stop-nodes.ts';
import { ofNodes } from './choice/nodes.ts';
import { ofPods, podsOf } from './choice/pods.ts';
import { defineFault } from './define-fault.ts';
import type { Injection, Parameters } from './fault.ts';
import { askAsUser, backendsOf } from './look/balancer-report.ts';
import { heldSince } from './look/held-since.ts';
import { needsMachinery, needsReplicas } from './need/needs.ts';
import { textIn } from './parameters.ts';

const userPatienceMs = 2_000;
const isByPods = (parameters: Parameters) => textIn(parameters, 'by') === 'pods';

export const everythingDown = defineFault({
  name: 'everything-down',
  summary: {
    en: 'Takes everything away that could serve: all nodes, or with by: pods all replicas and backups.',
    es: 'Quita todo lo que podría servir: todos los nodos, o con by: pods todas las réplicas y todos los respaldos.',
  },
  parameters: {
    by: choice(
      ['nodes', 'pods'],
      'Whether all nodes lose their power, or all replicas are killed and held back.',
      {
        default: 'nodes',
      },
    ),
  },
  lasts: true,
  impossible: async (world, target) => needsReplicas(target) ?? (await needsMachinery(world)),
  choose(target, parameters) {
    const victims = isByPods(parameters)
      ? ofPods(podsOf(target, 'any'))
      : ofNodes(
          target,
          target.nodes
            .filter(({ ready }) => ready)
            .map(({ name }) => name)
            .sort(),
        );
    if (victims.pods.length === 0) throw new ToldError(nothingServes(target.service));
    return { ...victims, states: ['none-usable'] };
  },
  undo: ({ nodes, pods }, parameters) =>
    isByPods(parameters)
      ? pods.map(({ namespace, name, uid }) => ({ type: 'pod-thaw', namespace, name, uid }))
      : nodes.map((node) => ({ type: 'node-start', node })),
  inject: (injection) => (isByPods(injection.parameters) ? killPods(injection, true) : stopNodes(injection)),
  async look(injection) {
    const gone = isByPods(injection.parameters) ? lookKilled(injection) : await lookStopped(injection);
    if (gone === undefined) return undefined;
    const since = heldSince(injection);
    const seen = await noServer(injection);
    return seen === undefined ? 'perhaps' : { text: joined([gone, seen], '; '), since };
  },
});

/** By the balancers' own report, or else by what a user gets. */
async function noServer({ world, target, signal }: Injection): Promise<Told | undefined> {
  const answer = await askAsUser(target, userPatienceMs, signal);
  if (answer.type === 'sorry') return gotSorry;
  const backends = await backendsOf(world, target, signal).catch(() => []);
  if (backends.length > 0 && backends.every(({ servers }) => servers.every(({ active }) => !active)))
    return noneUsable;
  return answer.type === 'none' ? gotNothing(answer.why) : undefined;
}

const gotSorry = told(
  'a request of our own got the sorry page',
  'una petición nuestra recibió la página de disculpa',
);
const noneUsable = told(
  'the balancer reports no usable server',
  'el balanceador informa de que no puede usar ningún servidor',
);

function gotNothing(why: string): Told {
  return told(
    `a request of our own got no answer (${why})`,
    `una petición nuestra no recibió respuesta (${why})`,
  );
}

function nothingServes(service: string): Told {
  return told(`${service} already has nothing that serves`, `${service} ya no tiene nada que atienda`);
}
