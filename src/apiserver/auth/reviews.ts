// The answers to reviews: who am I, who is this token, may I, may somebody else. Pure functions of (spec, user, authorizer); each
// returns the status (or throws the 400 or 422 to answer with), and the caller puts it into the object it was sent.

import { type FieldError, invalid } from '../../api/field-error.ts';
import type {
  V1LocalSubjectAccessReview,
  V1NonResourceAttributes,
  V1ResourceAttributes,
  V1SelfSubjectAccessReviewSpec,
  V1SelfSubjectReviewStatus,
  V1SubjectAccessReviewSpec,
  V1SubjectAccessReviewStatus,
  V1SubjectRulesReviewStatus,
  V1TokenReviewSpec,
  V1TokenReviewStatus,
  V1UserInfo,
} from '../../api/generated/types.ts';
import { badRequest, invalidObject } from '../../api/status.ts';
import type { Authenticator } from './authenticator.ts';
import type { Authorizer, RequestAttributes } from './authorizer.ts';
import { rulesFor } from './rules-for.ts';
import { apiAudiences } from './service-account-claims.ts';
import type { User } from './user.ts';

/** SelfSubjectReview: `kubectl auth whoami`. */
export function selfSubjectReview(user: User): V1SelfSubjectReviewStatus {
  return { userInfo: userInfo(user) };
}

/** TokenReview. A token that does not hold is an answer, not a failure. */
export function tokenReview(
  spec: V1TokenReviewSpec | undefined,
  authenticator: Authenticator,
): V1TokenReviewStatus {
  if (!spec?.token) throw badRequest('token is required for TokenReview in authentication');
  const audiences = spec.audiences?.length ? spec.audiences : apiAudiences;
  const verdict = authenticator.verifyToken(spec.token, audiences);
  if ('error' in verdict) return { user: {}, error: verdict.error };
  return { authenticated: true, user: userInfo(verdict.user), audiences: [...verdict.audiences] };
}

/** SelfSubjectAccessReview: `kubectl auth can-i`. */
export function selfSubjectAccessReview(
  spec: V1SelfSubjectAccessReviewSpec | undefined,
  user: User,
  authorizer: Authorizer,
): V1SubjectAccessReviewStatus {
  refuseInvalid('SelfSubjectAccessReview', attributesErrors(spec));
  return accessStatus(spec, user, authorizer);
}

/** SubjectAccessReview; whether the caller may ask about others was decided by authorizing the request itself. */
export function subjectAccessReview(
  spec: V1SubjectAccessReviewSpec | undefined,
  authorizer: Authorizer,
): V1SubjectAccessReviewStatus {
  refuseInvalid('SubjectAccessReview', [...attributesErrors(spec), ...subjectErrors(spec)]);
  return accessStatus(spec, subjectOf(spec), authorizer);
}

/** LocalSubjectAccessReview: about one namespace, the one in the URL. */
export function localSubjectAccessReview(
  spec: V1LocalSubjectAccessReview['spec'] | undefined,
  namespace: string,
  authorizer: Authorizer,
): V1SubjectAccessReviewStatus {
  const errors = [...attributesErrors(spec), ...subjectErrors(spec)];
  const about = spec?.resourceAttributes?.namespace ?? '';
  if (spec?.resourceAttributes && about !== namespace)
    errors.push(invalid('spec.resourceAttributes.namespace', about, 'must match metadata.namespace'));
  if (spec?.nonResourceAttributes)
    errors.push(
      invalid('spec.nonResourceAttributes', spec.nonResourceAttributes, 'disallowed on this kind of request'),
    );
  refuseInvalid('LocalSubjectAccessReview', errors);
  return accessStatus(spec, subjectOf(spec), authorizer);
}

/** SelfSubjectRulesReview: `kubectl auth can-i --list`. */
export function selfSubjectRulesReview(
  spec: { namespace?: string } | undefined,
  user: User,
  authorizer: Authorizer,
): V1SubjectRulesReviewStatus {
  if (!spec?.namespace) throw badRequest('no namespace on request');
  return rulesFor(authorizer, user, spec.namespace);
}

function userInfo({ name, uid, groups, extra }: User): V1UserInfo {
  const info: V1UserInfo = { username: name };
  if (uid) info.uid = uid;
  if (groups.length > 0) info.groups = [...groups];
  if (extra)
    info.extra = Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
  return info;
}

type AttributesSpec = V1SelfSubjectAccessReviewSpec | undefined;

function attributesErrors(spec: AttributesSpec): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec ?? {};
  if (resourceAttributes && nonResourceAttributes)
    return [
      invalid(
        'spec.nonResourceAttributes',
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      ),
    ];
  if (resourceAttributes || nonResourceAttributes) return [];
  return [
    invalid(
      'spec.resourceAttributes',
      undefined,
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ),
  ];
}

function subjectErrors(spec: V1SubjectAccessReviewSpec | undefined): FieldError[] {
  if (spec?.user || spec?.groups?.length) return [];
  return [invalid('spec.user', spec?.user ?? '', 'at least one of user or group must be specified')];
}

function refuseInvalid(kind: string, errors: FieldError[]): void {
  if (errors.length > 0) throw invalidObject({ group: 'authorization.k8s.io', kind }, '', errors);
}

function subjectOf({ user = '', uid, groups = [], extra }: V1SubjectAccessReviewSpec = {}): User {
  return { name: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

function accessStatus(spec: AttributesSpec, user: User, authorizer: Authorizer): V1SubjectAccessReviewStatus {
  const { resourceAttributes, nonResourceAttributes = {} } = spec ?? {};
  const asked = resourceAttributes
    ? resourceQuestion(resourceAttributes)
    : pathQuestion(nonResourceAttributes);
  const { allowed, reason } = authorizer.authorize(user, asked);
  return reason === '' ? { allowed } : { allowed, reason };
}

function resourceQuestion(given: V1ResourceAttributes): RequestAttributes {
  const {
    verb = '',
    group = '',
    version = '',
    resource = '',
    subresource = '',
    namespace = '',
    name = '',
  } = given;
  const fieldSelector = given.fieldSelector?.rawSelector;
  const asked = { isResource: true, verb, group, version, resource, subresource, namespace, name, path: '' };
  return fieldSelector === undefined ? asked : { ...asked, fieldSelector };
}

function pathQuestion({ verb = '', path = '' }: V1NonResourceAttributes): RequestAttributes {
  const noResource = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  return { isResource: false, verb, path, ...noResource };
}
