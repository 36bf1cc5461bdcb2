// Puts Relevo's own definitions into the store, at every start: those that are missing, and those that another version of the program wrote
// differently. What people added to them (labels, annotations) stays.

import { randomUUID } from 'node:crypto';
import { customResourceDefinition } from '../../api/apiextensions/custom-resource-definition.ts';
import type { V1CustomResourceDefinition as Definition } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import { type DefinitionManifest, relevoDefinitions } from '../../api/relevo/definitions.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { Decision, Store } from '../../store/store.ts';

const { plural, group } = customResourceDefinition;

/** Resolves when all are durable. Rejects with the store's errors. */
export async function installDefinitions(store: Store, clock: Clock): Promise<void> {
  const writes = relevoDefinitions.map((manifest) =>
    store.write(`${plural}.${group}/${manifest.metadata.name}`, (current) =>
      current
        ? updated(manifest, current.value as AnyObject as Definition)
        : created(manifest, timestamp(clock.now())),
    ),
  );
  await Promise.all(writes);
}

function created(manifest: DefinitionManifest, creationTimestamp: string): Decision {
  const own = { uid: randomUUID(), creationTimestamp, generation: 1, resourceVersion: '' };
  const definition: Definition = { ...complete(manifest), metadata: { ...manifest.metadata, ...own } };
  customResourceDefinition.prepareCreate?.(definition);
  return { op: 'put', value: definition as AnyObject };
}

/** One that is being deleted is left to go; the next start brings it back. */
function updated(manifest: DefinitionManifest, current: Definition): Decision {
  const { spec } = complete(manifest);
  if (current.metadata.deletionTimestamp || deepEqual(spec, current.spec)) return { op: 'none' };
  const metadata = { ...current.metadata, generation: (current.metadata.generation ?? 0) + 1 };
  return { op: 'put', value: { ...current, metadata, spec } as AnyObject };
}

/** A copy with what the API server would fill in. */
function complete(manifest: DefinitionManifest): Definition {
  const definition = jsonClone(manifest) as Definition;
  customResourceDefinition.defaults?.(definition);
  return definition;
}
