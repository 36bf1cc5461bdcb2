// Admission of what kubelets write (Kubernetes' NodeRestriction): only their own Node without taints and foreign labels,
// only their own pods, only their own lease, tokens only for pods bound to them. Static pods and mirrors do not exist here.

import type { AuthenticationV1TokenRequest, V1Node, V1Pod } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import { forbiddenError } from '../../api/status.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Store } from '../../store/store.ts';
import { leaseNamespace, nodeOf } from './node-authorizer.ts';
import { replacedText } from './token-issuer.ts';
import type { User } from './user.ts';

export interface NodeWrite {
  user: User;
  operation: 'create' | 'update' | 'delete';
  /** Of the kind that is stored. */
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  /** What would be stored, or the body of a subresource that stores nothing (a TokenRequest). */
  object?: AnyObject | undefined;
  old?: AnyObject | undefined;
}

/** Throws 403 when a kubelet writes what it may not. Writes of everybody else pass. */
export function restrictNode(store: Store, write: NodeWrite): void {
  const nodeName = nodeOf(write.user);
  if (nodeName === undefined) return;
  const objection = objectionTo(store, write, nodeName);
  if (objection !== undefined)
    throw forbiddenError({ group: write.group, resource: write.resource }, write.name, objection);
}

function objectionTo(store: Store, write: NodeWrite, nodeName: string): string | undefined {
  const { group, resource, subresource } = write;
  if (group === 'coordination.k8s.io' && resource === 'leases') return leaseObjection(write, nodeName);
  if (group !== '') return undefined;
  if (resource === 'nodes') return nodeObjection(write, nodeName);
  if (resource === 'pods') return podObjection(store, write, nodeName);
  if (resource === 'serviceaccounts' && subresource === 'token')
    return tokenObjection(store, write, nodeName);
  return undefined;
}

function leaseObjection({ namespace, name, object }: NodeWrite, nodeName: string): string | undefined {
  if (namespace !== leaseNamespace)
    return `can only access leases in the "${leaseNamespace}" system namespace`;
  const isOwn = (object?.metadata.name ?? name) === nodeName;
  return isOwn ? undefined : 'can only access node lease with the same name as the requesting node';
}

function podObjection(store: Store, write: NodeWrite, nodeName: string): string | undefined {
  const { operation, subresource } = write;
  if (subresource === '' && operation === 'create')
    return `node "${nodeName}" cannot create pods: mirror pods do not exist here`;
  const stored = write.old ?? store.get(`pods/${write.namespace}/${write.name}`)?.value;
  const isOwn = (stored as unknown as V1Pod | undefined)?.spec?.nodeName === nodeName;
  if (subresource === '' && operation === 'delete')
    return isOwn || !stored
      ? undefined
      : `node "${nodeName}" can only delete pods with spec.nodeName set to itself`;
  if (subresource === 'eviction')
    return isOwn || !stored
      ? undefined
      : `node "${nodeName}" can only evict pods with spec.nodeName set to itself`;
  if (subresource === 'status')
    return isOwn
      ? podStatusObjection(write, nodeName)
      : `node "${nodeName}" can only update pod status for pods with spec.nodeName set to itself`;
  if (subresource !== '')
    return `unexpected pod subresource "${subresource}", only 'status' and 'eviction' are allowed`;
  return `unexpected operation "${operation.toUpperCase()}", node "${nodeName}" can only create and delete mirror pods`;
}

function podStatusObjection({ object, old }: NodeWrite, nodeName: string): string | undefined {
  const isSame = deepEqual(object?.metadata.labels ?? {}, old?.metadata.labels ?? {});
  return isSame ? undefined : `node "${nodeName}" cannot update labels through pod status`;
}

function nodeObjection(write: NodeWrite, nodeName: string): string | undefined {
  const name = write.object?.metadata.name ?? write.name;
  if (name !== nodeName) return `node "${nodeName}" is not allowed to modify node "${name}"`;
  const node = write.object as unknown as V1Node | undefined;
  const old = write.old as unknown as V1Node | undefined;
  if (!node || write.operation === 'delete') return undefined;
  const labels = foreignLabels(changedLabels(node, old));
  if (!old)
    return labels.length === 0
      ? undefined
      : `node "${nodeName}" is not allowed to set the following labels: ${labels.join(', ')}`;
  if (!deepEqual(node.spec?.taints ?? [], old.spec?.taints ?? []))
    return `node "${nodeName}" is not allowed to modify taints`;
  if (labels.length > 0) return `node "${nodeName}" is not allowed to modify labels: ${labels.join(', ')}`;
  // Else a node could have itself collected and registered anew with the taints it likes.
  if (!deepEqual(node.metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? []))
    return `node "${nodeName}" is not allowed to modify ownerReferences`;
  return undefined;
}

function changedLabels(node: V1Node, old: V1Node | undefined): string[] {
  const now = node.metadata.labels ?? {};
  const before = old?.metadata.labels ?? {};
  const keys = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...keys].filter((key) => now[key] !== before[key]).sort();
}

const kubeletLabels = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]);

/** Labels of Kubernetes' own namespaces that are not a kubelet's to set. */
function foreignLabels(keys: string[]): string[] {
  return keys.filter((key) => {
    const slash = key.indexOf('/');
    const namespace = slash < 0 ? '' : key.slice(0, slash);
    if (isWithin(namespace, 'node-restriction.kubernetes.io')) return true;
    if (!isWithin(namespace, 'kubernetes.io') && !isWithin(namespace, 'k8s.io')) return false;
    const isKubelets =
      isWithin(namespace, 'kubelet.kubernetes.io') || isWithin(namespace, 'node.kubernetes.io');
    return !isKubelets && !kubeletLabels.has(key);
  });
}

function isWithin(namespace: string, domain: string): boolean {
  return namespace === domain || namespace.endsWith(`.${domain}`);
}

function tokenObjection(
  store: Store,
  { object, namespace }: NodeWrite,
  nodeName: string,
): string | undefined {
  const ref = (object as unknown as AuthenticationV1TokenRequest | undefined)?.spec?.boundObjectRef;
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name)
    return 'node requested token not bound to a pod';
  if (!ref.uid) return 'node requested token with a pod binding without a uid';
  const pod = store.get(`pods/${namespace}/${ref.name}`)?.value as unknown as V1Pod | undefined;
  if (!pod) return `pods "${ref.name}" not found`;
  if (pod.metadata.uid !== ref.uid) return replacedText(ref.uid);
  if (pod.spec?.nodeName !== nodeName)
    return 'node requested token bound to a pod scheduled on a different node';
  return undefined;
}
