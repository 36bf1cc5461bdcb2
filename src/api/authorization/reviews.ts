// authorization.k8s.io/v1 reviews: questions about what somebody may do. They are answered, never stored.

import type {
  V1LocalSubjectAccessReview,
  V1SelfSubjectAccessReview,
  V1SelfSubjectRulesReview,
  V1SubjectAccessReview,
} from '../generated/types.ts';
import { declareKind } from '../kind.ts';

const common = { group: 'authorization.k8s.io', version: 'v1', verbs: ['create'] } as const;

export const subjectAccessReview = declareKind<V1SubjectAccessReview>({
  ...common,
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
  schema: 'io.k8s.api.authorization.v1.SubjectAccessReview',
});

export const localSubjectAccessReview = declareKind<V1LocalSubjectAccessReview>({
  ...common,
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  namespaced: true,
  schema: 'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
});

export const selfSubjectAccessReview = declareKind<V1SelfSubjectAccessReview>({
  ...common,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
  schema: 'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
});

export const selfSubjectRulesReview = declareKind<V1SelfSubjectRulesReview>({
  ...common,
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  namespaced: false,
  schema: 'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
});
