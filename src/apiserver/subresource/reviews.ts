// The reviews of authentication.k8s.io and authorization.k8s.io: each is created, answered and forgotten.

import type { AnyObject } from '../../api/object.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { ResourceRoute } from '../api-server.ts';
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectReview,
  selfSubjectRulesReview,
  subjectAccessReview,
  tokenReview,
} from '../auth/reviews.ts';
import { jsonResponse } from '../request.ts';
import { type ResourceRequest, writeContext } from '../resource-handler.ts';
import { allowVerbs, readBody } from './body.ts';
import type { RouteParts } from './route-parts.ts';

/** The status that answers the review. */
type Answer = (given: ResourceRequest, review: AnyObject) => object;

type ReviewParts = Pick<RouteParts, 'authenticator' | 'authorizer' | 'clock'>;

export function reviewRoutes(parts: ReviewParts): [string, ResourceRoute][] {
  const { authenticator, authorizer } = parts;
  const answers: Record<string, Answer> = {
    'tokenreviews.authentication.k8s.io': (_, { spec }) => tokenReview(spec, authenticator),
    'selfsubjectreviews.authentication.k8s.io': ({ user }) => selfSubjectReview(user),
    'subjectaccessreviews.authorization.k8s.io': (_, { spec }) => subjectAccessReview(spec, authorizer),
    'localsubjectaccessreviews.authorization.k8s.io': ({ info }, { spec }) =>
      localSubjectAccessReview(spec, info.namespace, authorizer),
    'selfsubjectaccessreviews.authorization.k8s.io': ({ user }, { spec }) =>
      selfSubjectAccessReview(spec, user, authorizer),
    'selfsubjectrulesreviews.authorization.k8s.io': ({ user }, { spec }) =>
      selfSubjectRulesReview(spec, user, authorizer),
  };
  return Object.entries(answers).map(([name, answer]) => [name, reviewRoute(parts, answer)]);
}

function reviewRoute({ clock }: ReviewParts, answer: Answer): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'create');
    const { options } = writeContext(given, 'CreateOptions');
    const review = await readBody<AnyObject>(given, options, given.kind);
    const metadata = { ...review.metadata, creationTimestamp: timestamp(clock.now()) };
    return jsonResponse(201, { ...review, metadata, status: answer(given, review) });
  };
}
