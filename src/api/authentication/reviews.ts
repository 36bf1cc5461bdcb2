// authentication.k8s.io/v1 reviews: questions about who somebody is. They are answered, never stored.

import type { V1SelfSubjectReview, V1TokenReview } from '../generated/types.ts';
import { declareKind } from '../kind.ts';

export const tokenReview = declareKind<V1TokenReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
  schema: 'io.k8s.api.authentication.v1.TokenReview',
  verbs: ['create'],
});

export const selfSubjectReview = declareKind<V1SelfSubjectReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
  schema: 'io.k8s.api.authentication.v1.SelfSubjectReview',
  verbs: ['create'],
});
