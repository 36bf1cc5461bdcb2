// Nodes take no new pods; what runs on them goes on.

import { told } from '../told.ts';
import { cordon as cordonNode, lookCordoned } from './acts/cordon.ts';
import { chooseNodes, cordonedAlready } from './choice/nodes.ts';
import { defineFault } from './define-fault.ts';
import { cordoning, needsRights } from './need/rights.ts';
import { nodeParameters } from './parameters.ts';

export const cordon = defineFault({
  name: 'cordon',
  summary: {
    en: 'Lets nodes take no new pods; what runs on them goes on.',
    es: 'Impide que los nodos acepten pods nuevos; lo que está en ejecución en ellos sigue.',
  },
  parameters: nodeParameters,
  lasts: true,
  async impossible(world, { nodes }) {
    if (nodes.every(({ schedulable }) => !schedulable)) return allCordoned;
    return needsRights(world, cordoning);
  },
  choose: (target, parameters, random) =>
    chooseNodes(target, parameters, random, {
      may: ({ schedulable }) => schedulable,
      whyNot: cordonedAlready,
    }),
  undo: ({ nodes }) => nodes.map((node) => ({ type: 'uncordon', node })),
  async inject({ world, victims, signal }) {
    await Promise.all(victims.nodes.map((node) => cordonNode(world.client, node, signal)));
  },
  async look(injection) {
    const text = await lookCordoned(injection);
    return text === undefined ? undefined : { text };
  },
});

const allCordoned = told('every node is cordoned already', 'todos los nodos están ya acordonados');
