// The application of a drill: applied before it, and what was not there before is taken away after it.

import type { AnyObject } from '../../api/object.ts';
import { KindDirectory } from '../../client/kind-directory.ts';
import type { Resource } from '../../client/resource.ts';
import { isStatusError } from '../../client/response-error.ts';
import type { UndoStep } from '../fault/undo.ts';
import type { World } from '../world/world.ts';
import type { ApplicationObject } from './drill-options.ts';

/** Steps that take away what is not there yet, in the order in which that has to be done. */
export async function stepsToRemove(
  { client }: World,
  objects: readonly ApplicationObject[],
): Promise<UndoStep[]> {
  const kinds = new KindDirectory(client);
  const steps: UndoStep[] = [];
  for (const { apiVersion, kind, name, namespace = 'default' } of objects) {
    const resource = await kinds.find(apiVersion, kind).catch(() => undefined);
    // A kind that its own definition brings with it: with the definition it goes.
    if (!resource) continue;
    const place = resource.namespaced ? namespace : undefined;
    if (await exists(client.resource<AnyObject>(resource, place), name)) continue;
    const where = place === undefined ? {} : { namespace: place };
    steps.push({ type: 'delete', resource: placeOf(resource), ...where, name });
  }
  // What stands in a namespace goes with it.
  const gone = new Set(
    steps.flatMap((step) => ('resource' in step && step.resource === 'v1/namespaces' ? step.name : [])),
  );
  const left = steps.filter(
    (step) => !('namespace' in step && step.namespace !== undefined && gone.has(step.namespace)),
  );
  return left.toReversed();
}

/** As undo steps write it: GROUP/VERSION/PLURAL. */
function placeOf({ group, version, plural }: Resource): string {
  return [...(group === '' ? [] : [group]), version, plural].join('/');
}

async function exists(client: ReturnType<World['client']['resource']>, name: string): Promise<boolean> {
  try {
    await client.get(name);
    return true;
  } catch (error) {
    if (isStatusError(error, 404)) return false;
    throw error;
  }
}
