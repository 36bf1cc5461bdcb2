// Every built-in kind that is served. The only list: discovery, the API server and the clients read it.

import { customResourceDefinition } from './apiextensions/custom-resource-definition.ts';
import { deployment } from './apps/deployment.ts';
import { legacyDeployments } from './apps/legacy-deployment.ts';
import { replicaSet } from './apps/replica-set.ts';
import { selfSubjectReview, tokenReview } from './authentication/reviews.ts';
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from './authorization/reviews.ts';
import { horizontalPodAutoscaler } from './autoscaling/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalerV1 } from './autoscaling/horizontal-pod-autoscaler-v1.ts';
import { lease } from './coordination/lease.ts';
import { binding } from './core/binding.ts';
import { configMap } from './core/config-map.ts';
import { endpoints } from './core/endpoints.ts';
import { event } from './core/event.ts';
import { namespace } from './core/namespace.ts';
import { node } from './core/node.ts';
import { pod } from './core/pod.ts';
import { secret } from './core/secret.ts';
import { service } from './core/service.ts';
import { serviceAccount } from './core/service-account.ts';
import { endpointSlice } from './discovery/endpoint-slice.ts';
import { event as eventsEvent } from './events/event.ts';
import type { Kind } from './kind.ts';
import { nodeMetrics, podMetrics } from './metrics/metrics.ts';
import { ingress } from './networking/ingress.ts';
import { ingressClass } from './networking/ingress-class.ts';
import { podDisruptionBudget } from './policy/pod-disruption-budget.ts';
import { clusterRole, role } from './rbac/role.ts';
import { clusterRoleBinding, roleBinding } from './rbac/role-binding.ts';

const declared = [
  binding,
  configMap,
  endpoints,
  event,
  namespace,
  node,
  pod,
  secret,
  service,
  serviceAccount,
  deployment,
  replicaSet,
  ...legacyDeployments,
  horizontalPodAutoscaler,
  horizontalPodAutoscalerV1,
  endpointSlice,
  ingress,
  ingressClass,
  podDisruptionBudget,
  lease,
  role,
  clusterRole,
  roleBinding,
  clusterRoleBinding,
  tokenReview,
  selfSubjectReview,
  subjectAccessReview,
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  customResourceDefinition,
  eventsEvent,
  nodeMetrics,
  podMetrics,
];

/** Preferred versions come before the others of their group. */
export const kinds: readonly Kind[] = declared as unknown as readonly Kind[];
