// What a kubelet may do: its own Node and Lease, its own pods, and what those pods name. node-restriction.ts looks at the
// contents of what it writes. Follows Kubernetes' node authorizer; whoever is not a kubelet is none of its business.

import { balancerNamespace } from '../../api/relevo/departure.ts';
import { parseFieldSelector } from '../../api/selectors.ts';
import type { Store } from '../../store/store.ts';
import type { Authorizer, HeldRules, RequestAttributes } from './authorizer.ts';
import { NodeReferences } from './node-references.ts';
import { type PolicyRule, ruleAllows } from './policy-rule.ts';
import type { AuthorizationDecision, User } from './user.ts';

const userPrefix = 'system:node:';
const nodesGroup = 'system:nodes';
export const leaseNamespace = 'kube-node-lease';

/** The node whose kubelet the user is; undefined for anybody else. */
export function nodeOf(user: User): string | undefined {
  if (!user.name.startsWith(userPrefix) || !user.groups.includes(nodesGroup)) return undefined;
  return user.name.slice(userPrefix.length) || undefined;
}

/** What every kubelet may do, whatever runs on it. */
const anyNodeRules: readonly PolicyRule[] = [
  { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['services'] },
  // Beyond Kubernetes': there another component of the node follows endpoints, here the node's DNS does with the same identity.
  { verbs: ['get', 'list', 'watch'], apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'] },
  // Which balancers have done with a pod that is to go: see leaseDecision() for those that live.
  { verbs: ['get', 'list', 'watch'], apiGroups: ['relevo.dev'], resources: ['balancers'] },
  { verbs: ['create', 'patch', 'update'], apiGroups: ['', 'events.k8s.io'], resources: ['events'] },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'] },
  { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'] },
];

const readVerbs = ['get', 'list', 'watch'];
const allowed: AuthorizationDecision = { allowed: true, reason: '' };

function refused(reason: string): AuthorizationDecision {
  return { allowed: false, reason };
}

export class NodeAuthorizer implements Authorizer {
  readonly #store: Store;
  readonly #references: NodeReferences;

  /** Follows the store until close(). */
  constructor(store: Store) {
    this.#store = store;
    this.#references = new NodeReferences(store);
  }

  authorize(user: User, asked: RequestAttributes): AuthorizationDecision {
    const nodeName = nodeOf(user);
    if (nodeName === undefined) return refused('');
    return (asked.isResource ? this.#own(nodeName, asked) : undefined) ?? byAnyNodeRule(asked);
  }

  /** A kubelet's rights depend on its pods and cannot be listed as rules. */
  heldRules(user: User): HeldRules {
    const isNode = nodeOf(user) !== undefined;
    return { rules: [], errors: isNode ? ['node authorizer does not support user rule resolution'] : [] };
  }

  /** Undefined for resources that have nothing to do with what is the node's own. */
  #own(nodeName: string, asked: RequestAttributes): AuthorizationDecision | undefined {
    const { group, resource } = asked;
    if (group === 'coordination.k8s.io' && resource === 'leases') return leaseDecision(nodeName, asked);
    if (group !== '') return undefined;
    if (resource === 'nodes') return nodeDecision(nodeName, asked);
    if (resource === 'pods') return this.#podDecision(nodeName, asked);
    if (resource === 'serviceaccounts') return this.#accountDecision(nodeName, asked);
    if (['secrets', 'configmaps', 'persistentvolumeclaims'].includes(resource))
      return this.#readDecision(nodeName, asked);
    return undefined;
  }

  #readDecision(nodeName: string, asked: RequestAttributes): AuthorizationDecision {
    if (!readVerbs.includes(asked.verb)) return refused('can only read resources of this type');
    if (asked.subresource !== '') return refused('cannot read subresource');
    if (asked.namespace === '') return refused('can only read namespaced object of this type');
    return this.#referencedDecision(nodeName, asked);
  }

  #accountDecision(nodeName: string, asked: RequestAttributes): AuthorizationDecision {
    if (asked.subresource !== 'token' || asked.verb !== 'create')
      return refused('can only create tokens for individual service accounts');
    return this.#referencedDecision(nodeName, asked);
  }

  #referencedDecision(nodeName: string, asked: RequestAttributes): AuthorizationDecision {
    const name = nameAsked(asked);
    if (name === '') return refused('No Object name found');
    if (this.#references.has(nodeName, `${asked.resource}/${asked.namespace}/${name}`)) return allowed;
    return noRelationship(nodeName);
  }

  #podDecision(nodeName: string, asked: RequestAttributes): AuthorizationDecision {
    const { verb, subresource } = asked;
    if (subresource === '' && (verb === 'list' || verb === 'watch')) {
      if (selects(asked, 'spec.nodeName') === nodeName) return allowed;
      return refused('can only list/watch pods with spec.nodeName field selector');
    }
    if (!podVerbs[subresource]?.includes(verb)) return refused('');
    return this.#isOwnPod(nodeName, asked) ? allowed : noRelationship(nodeName);
  }

  /** A pod that is gone counts as its own: the kubelet must learn that it is gone (404), not that it may not ask. */
  #isOwnPod(nodeName: string, { namespace, name }: RequestAttributes): boolean {
    const pod = name === '' ? undefined : this.#store.get(`pods/${namespace}/${name}`);
    return name !== '' && (!pod || pod.value.spec?.nodeName === nodeName);
  }

  /** Idempotent. */
  close(): void {
    this.#references.close();
  }
}

/** On a pod of its own, by subresource. */
const podVerbs: Record<string, string[] | undefined> = {
  '': ['get', 'delete'],
  status: ['get', 'patch', 'update'],
  eviction: ['create'],
};

function byAnyNodeRule(asked: RequestAttributes): AuthorizationDecision {
  return anyNodeRules.some((rule) => ruleAllows(rule, asked)) ? allowed : refused('');
}

function noRelationship(nodeName: string): AuthorizationDecision {
  return refused(`no relationship found between node '${nodeName}' and this object`);
}

function nodeDecision(nodeName: string, asked: RequestAttributes): AuthorizationDecision {
  const { verb, subresource } = asked;
  if (subresource === 'status')
    return ['get', 'patch', 'update'].includes(verb) ? ownNode(nodeName, asked.name) : refused('');
  if (subresource !== '') return refused('');
  if (verb === 'create') return allowed;
  if (verb === 'patch' || verb === 'update') return ownNode(nodeName, asked.name);
  if (!readVerbs.includes(verb)) return refused('');
  const name = nameAsked(asked);
  if (name === '') return refused(`node '${nodeName}' cannot read all nodes, only its own Node object`);
  return name === nodeName
    ? allowed
    : refused(`node '${nodeName}' cannot read '${name}', only its own Node object`);
}

function ownNode(nodeName: string, name: string): AuthorizationDecision {
  return name === nodeName ? allowed : refused(`node '${nodeName}' is not allowed to modify node '${name}'`);
}

function leaseDecision(nodeName: string, asked: RequestAttributes): AuthorizationDecision {
  const { verb, namespace, name } = asked;
  if (namespace === balancerNamespace && readVerbs.includes(verb)) return allowed;
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb))
    return refused('can only get, create, update, patch, or delete a node lease');
  if (namespace !== leaseNamespace)
    return refused(`can only access leases in the "${leaseNamespace}" system namespace`);
  // A create names its object only in the body: node-restriction.ts looks there.
  if (verb !== 'create' && name !== nodeName)
    return refused('can only access node lease with the same name as the requesting node');
  return allowed;
}

/** The object asked for: in the path, or as `metadata.name=` in a list's or watch's field selector. */
function nameAsked(asked: RequestAttributes): string {
  return asked.name || (selects(asked, 'metadata.name') ?? '');
}

/** The value a field selector demands for a field; undefined when it does not, or cannot be read. */
function selects({ fieldSelector = '' }: RequestAttributes, field: string): string | undefined {
  try {
    return parseFieldSelector(fieldSelector).find((term) => term.field === field && term.op === '=')?.value;
  } catch {
    return undefined;
  }
}
