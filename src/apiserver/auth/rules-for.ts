// The rules a user holds in a namespace, in the shape of a SelfSubjectRulesReview's status (`kubectl auth can-i --list`).

import type { V1SubjectRulesReviewStatus } from '../../api/generated/types.ts';
import type { Authorizer } from './authorizer.ts';
import type { PolicyRule } from './policy-rule.ts';
import type { User } from './user.ts';

/** `namespace` must not be empty; rules held at the cluster scope are included. */
export function rulesFor(authorizer: Authorizer, user: User, namespace: string): V1SubjectRulesReviewStatus {
  const { rules, errors } = authorizer.heldRules(user, namespace);
  const status: V1SubjectRulesReviewStatus = {
    resourceRules: rules.filter((rule) => rule.resources?.length).map(resourceRule),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: errors.length > 0,
  };
  if (errors.length > 0) status.evaluationError = [...new Set(errors)].join(', ');
  return status;
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule) {
  return { verbs, apiGroups, resources, ...(resourceNames?.length ? { resourceNames } : {}) };
}
