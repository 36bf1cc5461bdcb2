// Between an object that can be scaled and its autoscaling/v1 Scale, by the JSON paths of its kind.

import type { V1Scale } from '../../api/generated/types.ts';
import type { ScalePaths } from '../../api/kind.ts';
import type { AnyObject } from '../../api/object.ts';
import { labelSelectorFromObject } from '../../api/selectors.ts';
import { internalError } from '../../api/status.ts';
import type { ServedKind } from '../scheme.ts';

/** The object in the version of `kind`. A custom object that does not say its replicas is scaled to 0. */
export function scaleOf(kind: ServedKind, object: AnyObject): V1Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const paths = kind.subresources.scale as ScalePaths;
  const selector = selectorText(kind, paths, object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, paths.specReplicas) ?? 0 },
    status: { replicas: numberAt(object, paths.statusReplicas) ?? 0, ...(selector ? { selector } : {}) },
  };
}

/** Throws 500, as Kubernetes, for a custom object that does not say how many replicas it wants. */
export function checkSaysReplicas(kind: ServedKind, object: AnyObject): void {
  const { specReplicas } = kind.subresources.scale as ScalePaths;
  if (numberAt(object, specReplicas) === undefined)
    throw internalError(`the spec replicas field ${JSON.stringify(specReplicas)} does not exist`);
}

/** Sets the replicas in `object`, making what lies on the way. */
export function setReplicas({ specReplicas }: ScalePaths, object: AnyObject, replicas: number): void {
  const keys = keysOf(specReplicas);
  const last = keys.pop() as string;
  let at: Record<string, unknown> = object;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[last] = replicas;
}

function selectorText(kind: ServedKind, { labelSelector }: ScalePaths, object: AnyObject): string {
  if (!labelSelector) return '';
  const selector = valueAt(object, labelSelector);
  if (typeof selector === 'string') return selector;
  return kind.custom ? '' : labelSelectorFromObject(selector as object | undefined).toString();
}

function numberAt(object: AnyObject, path: string): number | undefined {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : undefined;
}

function valueAt(object: AnyObject, path: string): unknown {
  let at: unknown = object;
  for (const key of keysOf(path)) at = (at as Record<string, unknown> | undefined | null)?.[key];
  return at;
}

/** `.spec.replicas`; a definition's paths have no other notation. */
function keysOf(path: string): string[] {
  return path.split('.').slice(1);
}
