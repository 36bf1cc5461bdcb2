// Whether every pod of the application has been given to a node that is there.

import { no, type Question, yes } from './question.ts';

export const placedOnWorker: Question = {
  id: 'placed-on-worker',
  group: 'nine',
  text: {
    en: 'Are they placed on a worker?',
    es: '¿Se colocan en un nodo de trabajo?',
  },
  async ask({ target }) {
    const ready = new Set(target.nodes.filter((node) => node.ready).map(({ name }) => name));
    const astray = target.pods.filter(({ node }) => !ready.has(node));
    if (target.pods.length === 0) return no('there are no pods');
    if (astray.length > 0)
      return no(`not on a node that is ready: ${astray.map(({ name }) => name).join(', ')}`);
    const byNode = Map.groupBy(target.pods, ({ node }) => node);
    return yes(
      [...byNode]
        .map(([node, list]) => `${node} has ${list.length}`)
        .sort()
        .join(', '),
    );
  },
};
