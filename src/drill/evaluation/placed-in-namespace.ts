// Whether the pods of the application are in the namespace that they are meant for.

import { namespaces } from '../../client/resources.ts';
import { no, type Question, yes } from './question.ts';

export const placedInNamespace: Question = {
  id: 'placed-in-namespace',
  group: 'nine',
  text: {
    en: 'Are its pods placed in a namespace?',
    es: '¿Se colocan sus pods en un espacio de nombres?',
  },
  async ask({ world, target }) {
    const found = await world.client.resource(namespaces).get(target.namespace);
    if (target.pods.length === 0) return no(`the namespace ${target.namespace} has none of its pods`);
    const { phase = 'Active' } = found.status ?? {};
    return yes(`${target.pods.length} pods are in the namespace ${target.namespace} (${phase})`);
  },
};
