// Validation of PodDisruptionBudgets.

import { type FieldError, invalid } from '../field-error.ts';
import { checkAtMostAll, checkIntOrPercent, checkNonNegative, checkOptionalOneOf } from '../field-rules.ts';
import type { V1PodDisruptionBudget } from '../generated/types.ts';
import { selectorErrors } from '../label-selector-rules.ts';

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'];

export function disruptionBudgetErrors({ spec = {} }: V1PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    errors.push(invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    checkIntOrPercent(spec[field], `spec.${field}`, errors);
    checkAtMostAll(spec[field], `spec.${field}`, errors);
  }
  selectorErrors(spec.selector, 'spec.selector', errors);
  checkOptionalOneOf(
    spec.unhealthyPodEvictionPolicy,
    evictionPolicies,
    'spec.unhealthyPodEvictionPolicy',
    errors,
  );
  return errors;
}

export function disruptionStatusErrors({ status }: V1PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const) {
    checkNonNegative(status?.[field], `status.${field}`, errors);
  }
  return errors;
}
