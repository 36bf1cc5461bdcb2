// Adoption and release: a controller owns what its selector matches, takes in orphans and lets go what matches no more.
// Every change is conditional on the object as it was seen, so that two controllers cannot both adopt.

import type { KubeObject, OwnerReference } from '../api/object.ts';
import type { LabelSelectorMatcher } from '../api/selectors.ts';
import type { Client } from '../client/client.ts';
import type { Resource } from '../client/resource.ts';
import { isStatusError } from '../client/response-error.ts';
import { controllerOf, controllerReference } from './owner-references.ts';

export interface ClaimOptions<T extends KubeObject> {
  client: Client;
  resource: Resource<T>;
  owner: KubeObject;
  selector: LabelSelectorMatcher;
  /** Asks the API whether the owner still exists as the same object and is not being deleted; called once, only before an adoption. */
  mayAdopt(): Promise<boolean>;
}

/** Returns the candidates that belong to the owner now. Candidates are its own and the orphans of its namespace. */
export async function claim<T extends KubeObject>(
  candidates: readonly T[],
  options: ClaimOptions<T>,
): Promise<T[]> {
  const { owner, selector } = options;
  const uid = owner.metadata.uid;
  const claimed: T[] = [];
  const orphans: T[] = [];
  for (const object of candidates) {
    const controller = controllerOf(object);
    const matches = selector.matches(object.metadata.labels);
    if (controller?.uid === uid && matches) claimed.push(object);
    else if (controller?.uid === uid) await release(object, options);
    else if (!controller && matches && !object.metadata.deletionTimestamp) orphans.push(object);
  }
  if (orphans.length > 0 && !owner.metadata.deletionTimestamp && (await options.mayAdopt())) {
    for (const orphan of orphans) {
      const adopted = await adopt(orphan, options);
      if (adopted) claimed.push(adopted);
    }
  }
  return claimed;
}

async function adopt<T extends KubeObject>(object: T, options: ClaimOptions<T>): Promise<T | undefined> {
  const references = [...(object.metadata.ownerReferences ?? []), controllerReference(options.owner)];
  return setOwners(object, references, options);
}

async function release<T extends KubeObject>(object: T, options: ClaimOptions<T>): Promise<void> {
  // An owner that is going leaves its objects to the garbage collector.
  if (options.owner.metadata.deletionTimestamp) return;
  const uid = options.owner.metadata.uid;
  const rest = (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
  await setOwners(object, rest, options);
}

/** Undefined when the object is gone. */
async function setOwners<T extends KubeObject>(
  object: T,
  ownerReferences: OwnerReference[],
  { client, resource }: ClaimOptions<T>,
): Promise<T | undefined> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const references = ownerReferences.length > 0 ? ownerReferences : null;
  const patch = { metadata: { uid, resourceVersion, ownerReferences: references } };
  try {
    return await client.resource(resource, namespace).patch(name, patch);
  } catch (error) {
    if (isStatusError(error, 404)) return undefined;
    throw error;
  }
}

/** mayAdopt() for an owner that was read from a lister: looks at the live object. */
export function stillThere<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  owner: T,
): () => Promise<boolean> {
  return async () => {
    const live = await client.resource(resource, owner.metadata.namespace).find(owner.metadata.name);
    return live?.metadata.uid === owner.metadata.uid && !live.metadata.deletionTimestamp;
  };
}
