// The roles meant for people: cluster-admin, admin, edit and view. The last three aggregate, so that a kind of one's own is added to
// them by a ClusterRole with the label. What each may do follows Kubernetes 1.32.

import type { V1ClusterRole } from '../../api/generated/types.ts';
import { aggregatedRole, clusterRole, paths, readVerbs, rule, writeVerbs } from './bootstrap-objects.ts';
import type { PolicyRule } from './policy-rule.ts';

const toAdmin = 'rbac.authorization.k8s.io/aggregate-to-admin';
const toEdit = 'rbac.authorization.k8s.io/aggregate-to-edit';
const toView = 'rbac.authorization.k8s.io/aggregate-to-view';

const appsWorkloads = `daemonsets deployments deployments/scale replicasets replicasets/scale
  statefulsets statefulsets/scale`;
const appsStatus = 'daemonsets/status deployments/status replicasets/status statefulsets/status';
const oldWorkloads =
  'daemonsets deployments deployments/scale ingresses networkpolicies replicasets replicasets/scale';

const viewRules: PolicyRule[] = [
  rule(
    readVerbs,
    'core',
    `configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers
    replicationcontrollers/scale serviceaccounts services services/status`,
  ),
  rule(
    readVerbs,
    'core',
    `bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status
    resourcequotas resourcequotas/status`,
  ),
  rule(readVerbs, 'core', 'namespaces'),
  rule(readVerbs, 'discovery.k8s.io', 'endpointslices'),
  rule(readVerbs, 'apps', `controllerrevisions ${appsWorkloads} ${appsStatus}`),
  rule(readVerbs, 'autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'),
  rule(readVerbs, 'batch', 'cronjobs cronjobs/status jobs jobs/status'),
  rule(
    readVerbs,
    'extensions',
    `${oldWorkloads} daemonsets/status deployments/status ingresses/status replicasets/status`,
  ),
  rule(readVerbs, 'policy', 'poddisruptionbudgets poddisruptionbudgets/status'),
  rule(readVerbs, 'networking.k8s.io', 'ingresses ingresses/status networkpolicies'),
  rule(readVerbs, 'metrics.k8s.io', 'pods'),
  rule(readVerbs, 'relevo.dev', 'backendpolicies backendpolicies/status balancers balancers/status'),
];

const podAccess = 'pods/attach pods/exec pods/portforward pods/proxy';

const editRules: PolicyRule[] = [
  rule(readVerbs, 'core', `${podAccess} secrets services/proxy`),
  rule('impersonate', 'core', 'serviceaccounts'),
  rule(writeVerbs, 'core', `pods ${podAccess}`),
  rule('create', 'core', 'pods/eviction serviceaccounts/token'),
  rule(
    writeVerbs,
    'core',
    `configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets
    serviceaccounts services services/proxy`,
  ),
  rule(writeVerbs, 'apps', `${appsWorkloads} deployments/rollback`),
  rule(writeVerbs, 'autoscaling', 'horizontalpodautoscalers'),
  rule(writeVerbs, 'batch', 'cronjobs jobs'),
  rule(writeVerbs, 'extensions', `${oldWorkloads} deployments/rollback`),
  rule(writeVerbs, 'policy', 'poddisruptionbudgets'),
  rule(writeVerbs, 'networking.k8s.io', 'ingresses networkpolicies'),
  rule([...writeVerbs, ...readVerbs], 'coordination.k8s.io', 'leases'),
  rule(writeVerbs, 'relevo.dev', 'backendpolicies'),
];

const adminRules: PolicyRule[] = [
  rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews'),
  rule([...writeVerbs, ...readVerbs], 'rbac.authorization.k8s.io', 'rolebindings roles'),
];

export const userRoles: V1ClusterRole[] = [
  clusterRole('cluster-admin', [rule('*', '*', '*'), { ...paths('*'), verbs: ['*'] }]),
  aggregatedRole('admin', [toAdmin]),
  aggregatedRole('edit', [toEdit], { [toAdmin]: 'true' }),
  aggregatedRole('view', [toView], { [toEdit]: 'true' }),
  clusterRole('system:aggregate-to-admin', adminRules, { [toAdmin]: 'true' }),
  clusterRole('system:aggregate-to-edit', editRules, { [toEdit]: 'true' }),
  clusterRole('system:aggregate-to-view', viewRules, { [toView]: 'true' }),
];
