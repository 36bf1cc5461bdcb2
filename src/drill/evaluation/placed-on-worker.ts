// Whether every pod of the application has been given to a node that is there.

import { joined, told } from '../told.ts';
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
    if (target.pods.length === 0) return no(noPods);
    const names = astray.map(({ name }) => name).join(', ');
    if (astray.length > 0)
      return no(
        told(`not on a node that is ready: ${names}`, `no están en un nodo que esté listo: ${names}`),
      );
    const byNode = Map.groupBy(target.pods, ({ node }) => node);
    const nodes = [...byNode].sort(([one], [other]) => (one < other ? -1 : 1));
    const parts = nodes.map(([node, { length }]) => told(`${node} has ${length}`, `${node} tiene ${length}`));
    return yes(joined(parts, ', '));
  },
};

const noPods = told('there are no pods', 'no hay pods');
