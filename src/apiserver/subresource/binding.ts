// POST pods/NAME/binding and POST bindings: puts a pod on a node, once and for all. The decision is made on the pod's newest
// state, so two schedulers never both win.

import { binding } from '../../api/core/binding.ts';
import { type FieldError, notSupported, required } from '../../api/field-error.ts';
import type { V1Binding, V1Pod } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import { badRequest, conflict, invalidObject, notFoundError } from '../../api/status.ts';
import type { Stored } from '../../store/store.ts';
import type { ResourceRoute } from '../api-server.ts';
import { writeContext } from '../resource-handler.ts';
import { allowVerbs, done, readBody } from './body.ts';
import { withPodCondition } from './pod-condition.ts';
import type { RouteParts } from './route-parts.ts';

const pods = { group: '', resource: 'pods' };
const podsBinding = { group: '', resource: 'pods/binding' };

/** Answers 201; 404 without the pod, 409 when it is bound, leaving, gated, or not the one that was meant. */
export function bindingRoute({ store, clock, preparation }: RouteParts): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'create');
    const context = writeContext(given, 'CreateOptions');
    const body = await readBody<V1Binding>(given, context.options, binding);
    const name = given.info.name || body.metadata.name;
    if (!name) throw badRequest('name must be provided');
    refuseInvalid(body, name);
    preparation.subresource({ ...context, name }, body as AnyObject);
    await store.write(`pods/${given.info.namespace}/${name}`, (current) => {
      const value = boundPod(current, body, name, clock.now());
      return context.options.dryRun ? { op: 'none' } : { op: 'put', value };
    });
    return done();
  };
}

function refuseInvalid({ target }: V1Binding, name: string): void {
  const errors: FieldError[] = [];
  if (target?.kind && target.kind !== 'Node')
    errors.push(notSupported('target.kind', target.kind, ['Node', '<empty>']));
  if (!target?.name) errors.push(required('target.name'));
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'Binding' }, name, errors);
}

/** A copy of the pod on its node. */
function boundPod(current: Stored | undefined, body: V1Binding, name: string, now: number): AnyObject {
  if (!current) throw notFoundError(pods, name);
  const pod = current.value as unknown as V1Pod;
  checkPreconditions(pod, body);
  const objection = objectionTo(pod);
  if (objection) throw conflict(podsBinding, name, objection);
  const scheduled = { type: 'PodScheduled', status: 'True' };
  const conditions = withPodCondition(pod.status?.conditions, scheduled, now);
  return {
    ...pod,
    metadata: boundMetadata(pod, body),
    spec: { ...pod.spec, nodeName: body.target.name },
    status: { ...pod.status, conditions },
  } as AnyObject;
}

/** Annotations of the binding win over the pod's, the pod's own labels over the binding's. */
function boundMetadata({ metadata }: V1Pod, { metadata: given }: V1Binding): V1Pod['metadata'] {
  return {
    ...metadata,
    ...(given.annotations ? { annotations: { ...metadata.annotations, ...given.annotations } } : {}),
    ...(given.labels ? { labels: { ...given.labels, ...metadata.labels } } : {}),
  };
}

function checkPreconditions({ metadata }: V1Pod, { metadata: meant }: V1Binding): void {
  if (meant.uid && meant.uid !== metadata.uid) {
    const detail = `Precondition failed: UID in precondition: ${meant.uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(pods, metadata.name, detail);
  }
  if (meant.resourceVersion && meant.resourceVersion !== metadata.resourceVersion) {
    const detail = `Precondition failed: ResourceVersion in precondition: ${meant.resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(pods, metadata.name, detail);
  }
}

function objectionTo({ metadata, spec }: V1Pod): string | undefined {
  const { name } = metadata;
  if (metadata.deletionTimestamp) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (spec.nodeName) return `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`;
  if (spec.schedulingGates?.length) return `pod ${name} has non-empty .spec.schedulingGates`;
  return undefined;
}
