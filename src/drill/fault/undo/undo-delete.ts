// What a drill has made is removed: undone when it is gone.

import type { KubeObject } from '../../../api/object.ts';
import type { Resource } from '../../../client/resource.ts';
import { isStatusError } from '../../../client/response-error.ts';
import { told } from '../../told.ts';
import type { World } from '../../world/world.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

export function undoDelete(
  { client }: World,
  { resource, namespace, name }: Extract<UndoStep, { type: 'delete' }>,
): Undoing {
  const objects = client.resource(resourceNamed(resource, namespace !== undefined), namespace);
  const what = `${resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  return {
    remains: told(`${what} is still there`, `${what} sigue ahí`),
    remedy: told('"kubectl delete" removes it', '«kubectl delete» lo quita'),
    async act(signal) {
      await objects.delete(name, { signal }).catch((error: unknown) => {
        if (!isStatusError(error, 404)) throw error;
      });
    },
    async missing(signal) {
      return (await objects.find(name, { signal })) ? beingRemoved : undefined;
    },
  };
}

const beingRemoved = told('it is being removed', 'se está quitando');

/** VERSION/PLURAL or GROUP/VERSION/PLURAL. */
function resourceNamed(text: string, namespaced: boolean): Resource<KubeObject> {
  const parts = text.split('/');
  const [group = '', version = '', plural = ''] = parts.length === 2 ? ['', ...parts] : parts;
  // Nothing is created with it: what the kind is called does not matter.
  return { group, version, plural, namespaced, kind: '' };
}
