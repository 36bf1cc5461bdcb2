// The rights that a balancer needs, as manifests hold them: what it reads of the whole cluster, what it writes, and its own things in one
// namespace.

import type { V1PolicyRule } from '../api/generated/types.ts';
import { relevoGroup } from '../api/relevo/resources.ts';
import { selfSignedSecretName } from './self-signed.ts';
import { sharedSecretName } from './shared-secrets.ts';

const read = ['get', 'list', 'watch'];

function rule(verbs: string[], apiGroup: string, resources: string[], more: Partial<V1PolicyRule> = {}) {
  return { apiGroups: [apiGroup], resources, verbs, ...more } satisfies V1PolicyRule;
}

/** Of a ClusterRole. Secrets are read for the certificates of Ingresses. */
export const balancerClusterRules: readonly V1PolicyRule[] = [
  rule(read, '', ['configmaps', 'nodes', 'pods', 'secrets', 'services']),
  rule(read, 'apps', ['deployments', 'replicasets']),
  rule(read, 'discovery.k8s.io', ['endpointslices']),
  rule(read, 'networking.k8s.io', ['ingresses', 'ingressclasses']),
  rule(read, relevoGroup, ['backendpolicies']),
  rule(['get', 'list', 'create', 'delete'], relevoGroup, ['balancers']),
  rule(['get', 'patch', 'update'], relevoGroup, ['backendpolicies/status', 'balancers/status']),
  rule(['patch', 'update'], '', ['services/status']),
  rule(['patch', 'update'], 'networking.k8s.io', ['ingresses/status']),
  rule(['get', 'patch', 'update'], 'apps', ['deployments/scale']),
  rule(['create', 'patch', 'update'], '', ['events']),
];

/** Of a Role in the namespace `balancerNamespace`. A name cannot bound what is created, so creating has rules of its own. */
export const balancerNamespaceRules: readonly V1PolicyRule[] = [
  rule(['get', 'list', 'create', 'patch', 'update', 'delete'], 'coordination.k8s.io', ['leases']),
  rule(['create'], '', ['secrets']),
  rule(['get', 'update'], '', ['secrets'], { resourceNames: [sharedSecretName, selfSignedSecretName] }),
];
