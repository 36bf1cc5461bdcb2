// Who controls an object.

import type { KubeObject, OwnerReference } from '../api/object.ts';

/** The one owner that manages the object; others only keep it from being collected. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** The reference that an owner puts into what it manages. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { name, uid } = owner.metadata;
  const { apiVersion, kind } = owner;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Index function: the uid of the controller; objects without one are found under orphanKey() of their namespace. */
export function byController(object: KubeObject): string[] {
  return [controllerOf(object)?.uid ?? orphanKey(object.metadata.namespace)];
}

export function orphanKey(namespace: string | undefined): string {
  return `orphan:${namespace ?? ''}`;
}

export const controllerIndex = 'controller';
