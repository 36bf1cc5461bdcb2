// The default ClusterRoles and ClusterRoleBindings, as Kubernetes has them, for the kinds and components there are here.
// bootstrap-installer.ts puts them into the store.

import type { V1ClusterRole, V1ClusterRoleBinding } from '../../api/generated/types.ts';
import { componentRoles } from './bootstrap-component-roles.ts';
import {
  clusterRole,
  clusterRoleBinding,
  groupSubject,
  paths,
  rule,
  userSubject,
} from './bootstrap-objects.ts';
import { userRoles } from './bootstrap-user-roles.ts';

const authenticated = groupSubject('system:authenticated');
const unauthenticated = groupSubject('system:unauthenticated');

const publicRoles: V1ClusterRole[] = [
  clusterRole('system:basic-user', [
    rule('create', 'authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews'),
    rule('create', 'authentication.k8s.io', 'selfsubjectreviews'),
  ]),
  clusterRole('system:discovery', [
    paths('/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/'),
  ]),
  clusterRole('system:public-info-viewer', [paths('/healthz /livez /readyz /version /version/')]),
  clusterRole('system:monitoring', [
    paths('/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*'),
  ]),
  clusterRole('system:service-account-issuer-discovery', [
    paths(`/.well-known/openid-configuration /.well-known/openid-configuration/
      /openid/v1/jwks /openid/v1/jwks/`),
  ]),
  clusterRole('system:auth-delegator', [
    rule('create', 'authentication.k8s.io', 'tokenreviews'),
    rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
  ]),
];

export const bootstrapClusterRoles: readonly V1ClusterRole[] = [
  ...userRoles,
  ...publicRoles,
  ...componentRoles,
];

export const bootstrapClusterRoleBindings: readonly V1ClusterRoleBinding[] = [
  clusterRoleBinding('cluster-admin', 'cluster-admin', groupSubject('system:masters')),
  clusterRoleBinding('system:basic-user', 'system:basic-user', authenticated),
  clusterRoleBinding('system:discovery', 'system:discovery', authenticated),
  clusterRoleBinding(
    'system:public-info-viewer',
    'system:public-info-viewer',
    authenticated,
    unauthenticated,
  ),
  clusterRoleBinding('system:monitoring', 'system:monitoring', groupSubject('system:monitoring')),
  clusterRoleBinding(
    'system:service-account-issuer-discovery',
    'system:service-account-issuer-discovery',
    groupSubject('system:serviceaccounts'),
  ),
  // Without subjects, as in Kubernetes since the node authorizer: the role alone would let a kubelet read every Secret.
  clusterRoleBinding('system:node', 'system:node'),
  clusterRoleBinding('system:node-proxier', 'system:node-proxier', userSubject('system:kube-proxy')),
  clusterRoleBinding('system:kube-scheduler', 'system:kube-scheduler', userSubject('system:kube-scheduler')),
  clusterRoleBinding(
    'system:kube-controller-manager',
    'system:kube-controller-manager',
    userSubject('system:kube-controller-manager'),
  ),
  clusterRoleBinding(
    'system:relevo:balancer',
    'system:relevo:balancer',
    userSubject('system:relevo:balancer'),
  ),
  clusterRoleBinding('system:relevo:console', 'system:relevo:console', userSubject('system:relevo:console')),
];
