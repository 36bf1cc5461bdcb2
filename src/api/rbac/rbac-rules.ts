// Validation of roles and bindings.

import { deepEqual } from '../../base/deep-equal.ts';
import { type FieldError, invalid, notSupported, required } from '../field-error.ts';
import { checkName, checkPresent } from '../field-rules.ts';
import type {
  RbacV1Subject,
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1PolicyRule,
  V1Role,
  V1RoleBinding,
  V1RoleRef,
} from '../generated/types.ts';
import { goStrings, invalidPrinted } from '../go-value.ts';
import { selectorErrors } from '../label-selector-rules.ts';
import { dnsSubdomainProblems, pathSegmentProblems } from '../names.ts';

const group = 'rbac.authorization.k8s.io';

type Binding = V1RoleBinding | V1ClusterRoleBinding;

function ruleErrors(rule: V1PolicyRule, namespaced: boolean, path: string, errors: FieldError[]): void {
  const { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [], resourceNames = [] } = rule;
  checkPresent(verbs, `${path}.verbs`, errors, 'verbs must contain at least one value');
  if (nonResourceURLs.length > 0) {
    const at = `${path}.nonResourceURLs`;
    const printed = goStrings(nonResourceURLs);
    if (namespaced) {
      errors.push(invalidPrinted(at, printed, 'namespaced rules cannot apply to non-resource URLs'));
    }
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      const text = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalidPrinted(at, printed, text));
    }
    return;
  }
  checkPresent(apiGroups, `${path}.apiGroups`, errors, 'resource rules must supply at least one api group');
  checkPresent(resources, `${path}.resources`, errors, 'resource rules must supply at least one resource');
}

export function roleErrors({ rules }: V1Role): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, rule] of (rules ?? []).entries()) ruleErrors(rule, true, `rules[${index}]`, errors);
  return errors;
}

export function clusterRoleErrors({ rules, aggregationRule }: V1ClusterRole): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, rule] of (rules ?? []).entries()) ruleErrors(rule, false, `rules[${index}]`, errors);
  if (!aggregationRule) return errors;
  const at = 'aggregationRule.clusterRoleSelectors';
  const text = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
  checkPresent(aggregationRule.clusterRoleSelectors ?? [], at, errors, text);
  for (const [index, selector] of (aggregationRule.clusterRoleSelectors ?? []).entries()) {
    selectorErrors(selector, `${at}[${index}]`, errors);
  }
  return errors;
}

export function bindingErrors({ roleRef, subjects }: Binding, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  roleRefErrors(roleRef ?? {}, namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'], errors);
  for (const [index, subject] of (subjects ?? []).entries()) {
    subjectErrors(subject, namespaced, `subjects[${index}]`, errors);
  }
  return errors;
}

function roleRefErrors(
  { apiGroup = '', kind = '', name }: Partial<V1RoleRef>,
  kinds: string[],
  errors: FieldError[],
): void {
  if (apiGroup !== group) errors.push(notSupported('roleRef.apiGroup', apiGroup, [group]));
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds));
  if (checkPresent(name, 'roleRef.name', errors))
    checkName(pathSegmentProblems, name, 'roleRef.name', errors);
}

function subjectErrors(
  subject: RbacV1Subject,
  namespaced: boolean,
  path: string,
  errors: FieldError[],
): void {
  const { kind = '', name, apiGroup = '', namespace } = subject;
  if (!name) errors.push(required(`${path}.name`));
  switch (kind) {
    case 'ServiceAccount':
      if (name) checkName(dnsSubdomainProblems, name, `${path}.name`, errors);
      if (apiGroup !== '') errors.push(notSupported(`${path}.apiGroup`, apiGroup, ['']));
      if (!namespaced && !namespace) errors.push(required(`${path}.namespace`));
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== group) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [group]));
      break;
    default:
      errors.push(notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
  }
}

/** Whoever may change a binding's subjects must not thereby choose the role they get. */
export function roleRefChangeErrors({ roleRef }: Binding, old: Binding): FieldError[] {
  if (!roleRef) return [invalid('roleRef', null, 'cannot change roleRef')];
  if (deepEqual(roleRef, old.roleRef)) return [];
  const { apiGroup = '', kind, name } = roleRef;
  const printed = `rbac.RoleRef{APIGroup:${JSON.stringify(apiGroup)}, Kind:${JSON.stringify(kind)}, Name:${JSON.stringify(name)}}`;
  return [invalidPrinted('roleRef', printed, 'cannot change roleRef')];
}
