// Nodes are emptied for maintenance: cordoned, and their pods evicted, budgets respected.

import { machineTime } from '../../base/machine-time.ts';
import { drainNode } from '../../client/drain-node.ts';
import { joined, told } from '../told.ts';
import { cordon, lookCordoned } from './acts/cordon.ts';
import { lookLeaving } from './acts/leaving-pods.ts';
import { losing } from './choice/losing.ts';
import { chooseNodes, cordonedAlready } from './choice/nodes.ts';
import { defineFault } from './define-fault.ts';
import { cordoning, evictionIn, needsRights } from './need/rights.ts';
import { durationIn, nodeParameters, timeout } from './parameters.ts';

const usualTimeout = '60s';

export const drain = defineFault({
  name: 'drain',
  summary: {
    en: 'Empties nodes for maintenance: they are cordoned and their pods evicted, budgets respected.',
    es: 'Vacía nodos para mantenimiento: dejan de aceptar pods y los suyos se desalojan, respetando los presupuestos.',
  },
  parameters: { ...nodeParameters, ...timeout('How long their pods may take to leave.', usualTimeout) },
  lasts: true,
  async impossible(world, { nodes }) {
    const free = nodes.filter(({ ready, schedulable }) => ready && schedulable);
    if (free.length < 2) return nowhereToGo;
    return needsRights(world, cordoning, evictionIn());
  },
  choose(target, parameters, random) {
    const rule = {
      may: ({ schedulable }: { schedulable: boolean }) => schedulable,
      whyNot: cordonedAlready,
    };
    return losing(target, chooseNodes(target, parameters, random, rule));
  },
  undo: ({ nodes }) => nodes.map((node) => ({ type: 'uncordon', node })),
  async inject({ world, victims, parameters, signal, notes }) {
    await Promise.all(victims.nodes.map((node) => cordon(world.client, node, signal)));
    notes.set('cordoned', machineTime());
    const timeoutMs = durationIn(parameters, 'timeout', usualTimeout);
    await Promise.all(victims.nodes.map((node) => drainNode(world.client, node, { timeoutMs, signal })));
  },
  async look(injection) {
    const cordoned = await lookCordoned(injection);
    const gone = injection.victims.pods.length === 0 ? noReplica : await lookLeaving(injection);
    if (cordoned === undefined || gone === undefined) return 'perhaps';
    return { text: joined([cordoned, gone], '; '), since: injection.notes.get('cordoned') as number };
  },
});

const nowhereToGo = told(
  'its pods need another node to go to, and there is none that takes any',
  'sus pods necesitan otro nodo al que ir, y no hay ninguno que los acepte',
);
const noReplica = told('no replica was there', 'no había ninguna réplica');
