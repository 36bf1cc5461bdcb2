// Validation of what decides where a pod runs: tolerations, topology spread, gates; and of taints, their counterpart.

import { duplicate, type FieldError, forbidden, invalid } from '../field-error.ts';
import { checkName, checkOneOf, checkOptionalOneOf, checkPresent } from '../field-rules.ts';
import type { V1PodSpec, V1Taint, V1Toleration, V1TopologySpreadConstraint } from '../generated/types.ts';
import { selectorErrors } from '../label-selector-rules.ts';
import { labelKeyErrors, labelValueErrors } from '../label-syntax.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const inclusionPolicies = ['Honor', 'Ignore'];

export function tolerationsErrors(
  tolerations: V1Toleration[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  for (const [index, toleration] of (tolerations ?? []).entries()) {
    tolerationErrors(toleration, `${path}[${index}]`, errors);
  }
}

function tolerationErrors(toleration: V1Toleration, path: string, errors: FieldError[]): void {
  const { key, operator = '', value = '', effect, tolerationSeconds } = toleration;
  const at = `${path}.operator`;
  if (key) checkName(labelKeyErrors, key, `${path}.key`, errors);
  else if (operator !== 'Exists') {
    const text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(at, operator, text));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const text = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalid(`${path}.effect`, effect ?? '', text));
  }
  if (operator === '' || operator === 'Equal') {
    const problems = labelValueErrors(value);
    if (problems.length > 0) errors.push(invalid(at, value, problems.join(';')));
  } else if (operator === 'Exists') {
    if (value) errors.push(invalid(at, toleration, "value must be empty when `operator` is 'Exists'"));
  } else checkOneOf(operator, ['Equal', 'Exists'], at, errors);
  checkOptionalOneOf(effect, effects, `${path}.effect`, errors);
}

export function taintsErrors(taints: V1Taint[] | undefined, path: string, errors: FieldError[]): void {
  const seen = new Set<string>();
  for (const [index, { key, value = '', effect }] of (taints ?? []).entries()) {
    const at = `${path}[${index}]`;
    checkName(labelKeyErrors, key, `${at}.key`, errors);
    const problems = labelValueErrors(value);
    if (problems.length > 0) errors.push(invalid(`${at}.value`, value, problems.join(';')));
    checkOneOf(effect, effects, `${at}.effect`, errors);
    const identity = `${effect} ${key}`;
    if (seen.has(identity)) {
      errors.push({
        ...duplicate(at, taints?.[index]),
        message: 'Duplicate value: taints must be unique by key and effect pair',
      });
    }
    seen.add(identity);
  }
}

export function spreadErrors(
  constraints: V1TopologySpreadConstraint[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  for (const [index, constraint] of (constraints ?? []).entries()) {
    const at = `${path}[${index}]`;
    constraintErrors(constraint, at, errors);
    const identity = `{${constraint.topologyKey}, ${constraint.whenUnsatisfiable}}`;
    if (seen.has(identity)) errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, identity));
    seen.add(identity);
  }
}

function constraintErrors(constraint: V1TopologySpreadConstraint, path: string, errors: FieldError[]): void {
  const {
    maxSkew = 0,
    minDomains,
    topologyKey,
    whenUnsatisfiable,
    labelSelector,
    matchLabelKeys,
  } = constraint;
  if (maxSkew <= 0) errors.push(invalid(`${path}.maxSkew`, maxSkew, 'must be greater than zero'));
  if (checkPresent(topologyKey, `${path}.topologyKey`, errors, 'can not be empty')) {
    checkName(labelKeyErrors, topologyKey, `${path}.topologyKey`, errors);
  }
  checkOneOf(whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway'], `${path}.whenUnsatisfiable`, errors);
  if (minDomains !== undefined && minDomains <= 0) {
    errors.push(invalid(`${path}.minDomains`, minDomains, 'must be greater than zero'));
  } else if (minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule') {
    const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
    errors.push(invalid(`${path}.minDomains`, minDomains, text));
  }
  checkOptionalOneOf(constraint.nodeAffinityPolicy, inclusionPolicies, `${path}.nodeAffinityPolicy`, errors);
  checkOptionalOneOf(constraint.nodeTaintsPolicy, inclusionPolicies, `${path}.nodeTaintsPolicy`, errors);
  selectorErrors(labelSelector, `${path}.labelSelector`, errors);
  if (matchLabelKeys?.length && !labelSelector) {
    errors.push(forbidden(`${path}.matchLabelKeys`, 'must not be specified when labelSelector is not set'));
  }
}

export function gatesErrors(
  { schedulingGates = [], nodeName }: V1PodSpec,
  path: string,
  errors: FieldError[],
): void {
  const names = new Set<string>();
  for (const [index, { name }] of schedulingGates.entries()) {
    const at = `${path}.schedulingGates[${index}]`;
    checkName(labelKeyErrors, name, `${at}.name`, errors);
    if (names.has(name)) errors.push(duplicate(at, name));
    names.add(name);
  }
  if (nodeName && schedulingGates.length > 0) {
    errors.push(forbidden(`${path}.nodeName`, 'cannot be set until all schedulingGates have been cleared'));
  }
}
