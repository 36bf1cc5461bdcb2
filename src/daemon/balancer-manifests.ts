// What a balancer needs in a cluster that is not ours: its kinds, and an identity with just the rights it needs.

import type { KubeObject } from '../api/object.ts';
import { relevoDefinitions } from '../api/relevo/definitions.ts';
import { balancerNamespace } from '../api/relevo/departure.ts';
import { balancerClusterRules, balancerNamespaceRules } from '../balancer/rbac.ts';

const name = 'relevo-balancer';
const group = 'rbac.authorization.k8s.io';
const rbac = `${group}/v1`;
const inNamespace = { name, namespace: balancerNamespace };
const subjects = [{ kind: 'ServiceAccount', ...inNamespace }];

type Manifest = Pick<KubeObject, 'apiVersion' | 'kind'> & { metadata: { name: string; namespace?: string } };

/** In the order in which they can be applied. Whoever runs the balancer by the ServiceAccount has all the rights it needs. */
export function balancerManifests(): Manifest[] {
  const role = (kind: string) => ({ apiGroup: group, kind, name });
  return [
    ...(relevoDefinitions as readonly Manifest[]),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inNamespace },
    withRules('ClusterRole', { name }, balancerClusterRules),
    withSubjects('ClusterRoleBinding', { name }, role('ClusterRole')),
    withRules('Role', inNamespace, balancerNamespaceRules),
    withSubjects('RoleBinding', inNamespace, role('Role')),
  ];
}

function withRules(kind: string, metadata: Manifest['metadata'], rules: readonly unknown[]): Manifest {
  return { apiVersion: rbac, kind, metadata, rules } as Manifest;
}

function withSubjects(kind: string, metadata: Manifest['metadata'], roleRef: object): Manifest {
  return { apiVersion: rbac, kind, metadata, roleRef, subjects } as Manifest;
}
