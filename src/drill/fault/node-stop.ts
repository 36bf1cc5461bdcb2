// Nodes lose their power with all that runs on them; nobody is told.

import { lookStopped, stopNodes } from './acts/stop-nodes.ts';
import { losing } from './choice/losing.ts';
import { chooseNodes } from './choice/nodes.ts';
import { defineFault } from './define-fault.ts';
import { needsMachinery } from './need/needs.ts';
import { nodeParameters } from './parameters.ts';

export const nodeStop = defineFault({
  name: 'node-stop',
  summary: {
    en: 'Kills nodes with all that runs on them, as a power cut does; half of them with share: 50%.',
    es: 'Mata nodos con todo lo que se ejecuta en ellos, como un corte de luz; la mitad con share: 50%.',
  },
  parameters: nodeParameters,
  lasts: true,
  impossible: needsMachinery,
  choose: (target, parameters, random) => losing(target, chooseNodes(target, parameters, random)),
  undo: ({ nodes }) => nodes.map((node) => ({ type: 'node-start', node })),
  inject: stopNodes,
  async look(injection) {
    const text = await lookStopped(injection);
    return text === undefined ? undefined : { text };
  },
});
