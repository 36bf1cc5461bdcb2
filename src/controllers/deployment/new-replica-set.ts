// Creates the ReplicaSet of a new revision. Its name is a hash of the template: made twice, it collides with itself, and a
// foreign one under that name is dodged by counting collisions.

import type { V1Deployment, V1ReplicaSet } from '../../api/generated/types.ts';
import type { LabelSelectorObject } from '../../api/selectors.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { Client } from '../../client/client.ts';
import type { Draft } from '../../client/resource.ts';
import { replicaSets } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import { controllerOf, controllerReference } from '../owner-references.ts';
import { withRevision, withSizes } from './annotations.ts';
import type { ResolvedSpec } from './spec.ts';
import { sameTemplate, templateHash, templateHashLabel, withHash } from './template.ts';

export type NewSetOutcome =
  | { kind: 'created' | 'existed'; set: V1ReplicaSet }
  /** Another object has the name: count a collision and come again. */
  | { kind: 'collision'; name: string };

export function newSetDraft(
  deployment: V1Deployment,
  spec: ResolvedSpec,
  revision: number,
): Draft<V1ReplicaSet> & { metadata: { name: string } } {
  const { template, selector } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  return jsonClone({
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels: { ...template.metadata?.labels, [templateHashLabel]: hash },
      annotations: withSizes(withRevision(deployment, undefined, revision), spec),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      minReadySeconds: spec.minReadySeconds,
      selector: withHashSelector(selector, hash),
      template: withHash(template, hash),
    },
  });
}

export async function createNewSet(
  client: Client,
  deployment: V1Deployment,
  draft: Draft<V1ReplicaSet> & { metadata: { name: string } },
): Promise<NewSetOutcome> {
  const api = client.resource(replicaSets, deployment.metadata.namespace);
  try {
    return { kind: 'created', set: await api.create(draft) };
  } catch (error) {
    if (!isStatusError(error, 409, 'AlreadyExists')) throw error;
    const { name } = draft.metadata;
    const set = await api.get(name);
    // Made in an earlier reconcile that the informer has not shown yet.
    const ours = controllerOf(set)?.uid === deployment.metadata.uid;
    if (ours && sameTemplate(set.spec.template, deployment.spec.template)) return { kind: 'existed', set };
    return { kind: 'collision', name };
  }
}

function withHashSelector(selector: LabelSelectorObject, hash: string): V1ReplicaSet['spec']['selector'] {
  const { matchLabels, matchExpressions } = jsonClone(selector);
  const labels = { ...matchLabels, [templateHashLabel]: hash };
  return {
    matchLabels: labels,
    ...(matchExpressions
      ? { matchExpressions: matchExpressions as V1ReplicaSet['spec']['selector']['matchExpressions'] }
      : {}),
  };
}
