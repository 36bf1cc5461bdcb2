// The roles of the cluster's own components. They carry Kubernetes' names where the component is Kubernetes' too, and
// `system:relevo:` names where it is not. A kubelet's rights come from node-authorizer.ts; system:node only documents them.

import type { V1ClusterRole } from '../../api/generated/types.ts';
import { clusterRole, readVerbs, rule } from './bootstrap-objects.ts';
import type { PolicyRule } from './policy-rule.ts';

const events = rule('create patch update', 'core events.k8s.io', 'events');
const leases = rule('create get list patch update watch', 'coordination.k8s.io', 'leases');

const nodeRules: PolicyRule[] = [
  rule('create', 'authentication.k8s.io', 'tokenreviews'),
  rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
  rule(readVerbs, 'core', 'services'),
  rule(readVerbs, 'discovery.k8s.io', 'endpointslices'),
  rule('create get list patch update watch', 'core', 'nodes'),
  rule('patch update', 'core', 'nodes/status'),
  events,
  rule('delete get list watch', 'core', 'pods'),
  rule('patch update', 'core', 'pods/status'),
  rule('create', 'core', 'pods/eviction serviceaccounts/token'),
  rule(readVerbs, 'core', 'configmaps persistentvolumeclaims secrets'),
  rule('create delete get patch update', 'coordination.k8s.io', 'leases'),
  rule(readVerbs, 'relevo.dev', 'balancers'),
];

const schedulerRules: PolicyRule[] = [
  events,
  leases,
  rule(
    readVerbs,
    'core',
    'namespaces nodes persistentvolumeclaims persistentvolumes pods replicationcontrollers services',
  ),
  rule('delete', 'core', 'pods'),
  rule('create', 'core', 'bindings pods/binding'),
  rule('patch update', 'core', 'pods/status'),
  rule(readVerbs, 'apps', 'replicasets statefulsets'),
  rule(readVerbs, 'policy', 'poddisruptionbudgets'),
  rule(readVerbs, 'storage.k8s.io', 'csinodes storageclasses'),
];

/** All controllers are one process here, so this role holds what Kubernetes spreads over one role per controller. */
const controllerManagerRules: PolicyRule[] = [
  events,
  leases,
  // Garbage collection, namespaces and owner references concern every kind, also those of CustomResourceDefinitions.
  rule('delete deletecollection get list patch update watch', '*', '*'),
  rule(
    'create',
    'core',
    'configmaps endpoints pods secrets serviceaccounts serviceaccounts/token pods/eviction',
  ),
  rule('create', 'apps', 'controllerrevisions replicasets'),
  rule('create', 'discovery.k8s.io', 'endpointslices'),
  rule('create', 'authentication.k8s.io', 'tokenreviews'),
  rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
  // The aggregation of ClusterRoles writes rules that the controller itself does not hold.
  rule('escalate', 'rbac.authorization.k8s.io', 'clusterroles'),
];

const proxierRules: PolicyRule[] = [
  rule(readVerbs, 'core', 'endpoints nodes services'),
  rule(readVerbs, 'discovery.k8s.io', 'endpointslices'),
  events,
];

const balancerRules: PolicyRule[] = [
  rule(readVerbs, 'core', 'configmaps endpoints namespaces nodes pods secrets services'),
  rule(readVerbs, 'discovery.k8s.io', 'endpointslices'),
  rule(readVerbs, 'networking.k8s.io', 'ingressclasses ingresses'),
  rule(readVerbs, 'apps', 'deployments replicasets'),
  rule('patch update', 'core', 'pods/status services/status'),
  rule('patch update', 'networking.k8s.io', 'ingresses/status'),
  // The keys that all balancers share; a name cannot bound what is created.
  rule('create', 'core', 'secrets'),
  {
    ...rule('patch update', 'core', 'secrets'),
    resourceNames: ['relevo-balancer', 'relevo-balancer-certificates'],
  },
  // Cold backups are started by scaling their Deployment.
  rule('get patch update', 'apps', 'deployments/scale'),
  rule(readVerbs, 'relevo.dev', '*'),
  rule('create delete patch update', 'relevo.dev', 'balancers'),
  rule('get patch update', 'relevo.dev', 'backendpolicies/status balancers/status'),
  events,
  leases,
  rule('delete', 'coordination.k8s.io', 'leases'),
];

/** The console acts with its users' rights: all it holds itself is to be them (its server refuses `system:` names). */
const consoleRules: PolicyRule[] = [rule('impersonate', 'core', 'groups users')];

export const componentRoles: V1ClusterRole[] = [
  clusterRole('system:node', nodeRules),
  clusterRole('system:node-proxier', proxierRules),
  clusterRole('system:kube-scheduler', schedulerRules),
  clusterRole('system:kube-controller-manager', controllerManagerRules),
  clusterRole('system:kube-dns', [
    rule(readVerbs, 'core', 'endpoints nodes pods services'),
    rule(readVerbs, 'discovery.k8s.io', 'endpointslices'),
  ]),
  clusterRole('system:relevo:balancer', balancerRules),
  clusterRole('system:relevo:console', consoleRules),
];
