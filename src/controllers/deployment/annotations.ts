// What a Deployment keeps in annotations: revisions for `kubectl rollout history|undo`, and the sizes proportional scaling needs. Pure.

import type { V1Deployment, V1ReplicaSet } from '../../api/generated/types.ts';
import type { ResolvedSpec } from './spec.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** Never copied from a Deployment to its ReplicaSets. */
const own = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
]);

/** The history is cut at the front to stay within so many characters. */
const maxHistoryLength = 2000;

type Annotations = Record<string, string>;

/** 0 when there is none or it is no number. */
export function revisionOf(object: V1Deployment | V1ReplicaSet): number {
  return wholeNumber(object.metadata.annotations?.[revisionAnnotation]) ?? 0;
}

/** The Deployment's size when the set was last scaled. */
export function desiredReplicasOf(set: V1ReplicaSet): number | undefined {
  return wholeNumber(set.metadata.annotations?.[desiredAnnotation]);
}

/** The Deployment's size and surge when the set was last scaled. */
export function maxReplicasOf(set: V1ReplicaSet): number | undefined {
  return wholeNumber(set.metadata.annotations?.[maxAnnotation]);
}

/** The annotations of a set that was scaled to fit this spec. */
export function withSizes(annotations: Annotations | undefined, spec: ResolvedSpec): Annotations {
  return {
    ...annotations,
    [desiredAnnotation]: String(spec.replicas),
    [maxAnnotation]: String(spec.replicas + spec.maxSurge),
  };
}

/**
 * The annotations of the new set: the Deployment's (so a revision keeps its change-cause), and a revision above all old ones; one
 * that a rollback brings back remembers the numbers it had.
 */
export function withRevision(
  deployment: V1Deployment,
  set: V1ReplicaSet | undefined,
  newRevision: number,
): Annotations {
  const annotations: Annotations = { ...set?.metadata.annotations };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!own.has(name)) annotations[name] = value;
  }
  const revision = annotations[revisionAnnotation];
  if ((wholeNumber(revision) ?? 0) >= newRevision) return annotations;
  if (revision !== undefined) {
    annotations[historyAnnotation] = longerHistory(annotations[historyAnnotation], revision);
  }
  annotations[revisionAnnotation] = String(newRevision);
  return annotations;
}

function longerHistory(history: string | undefined, revision: string): string {
  const revisions = history ? [...history.split(','), revision] : [revision];
  while (revisions.join(',').length > maxHistoryLength) revisions.shift();
  return revisions.join(',');
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
