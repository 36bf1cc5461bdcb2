// Whether the pods of the application are in the namespace that they are meant for.

import { namespaces } from '../../client/resources.ts';
import { counted } from '../counted.ts';
import { told } from '../told.ts';
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
    const { namespace, pods } = target;
    if (pods.length === 0)
      return no(
        told(
          `the namespace ${namespace} has none of its pods`,
          `el espacio de nombres ${namespace} no tiene ninguno de sus pods`,
        ),
      );
    const { phase = 'Active' } = found.status ?? {};
    return yes(
      told(
        `${counted(pods.length, 'pod is', 'pods are')} in the namespace ${namespace} (${phase})`,
        `${counted(pods.length, 'pod está', 'pods están')} en el espacio de nombres ${namespace} (${phase})`,
      ),
    );
  },
};
