// Validation of a Deployment: its strategy and its deadlines.

import { type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { checkAtMostAll, checkIntOrPercent, checkNonNegative, checkOneOf } from '../field-rules.ts';
import type { V1Deployment, V1DeploymentSpec, V1DeploymentStrategy } from '../generated/types.ts';
import { goIntOrString, invalidPrinted } from '../go-value.ts';
import { workloadErrors } from './workload-rules.ts';

function isZero(value: number | string | undefined): boolean {
  return value === undefined || Number.parseInt(String(value), 10) === 0;
}

function strategyErrors(
  { type, rollingUpdate }: V1DeploymentStrategy,
  path: string,
  errors: FieldError[],
): void {
  const at = `${path}.rollingUpdate`;
  checkOneOf(type, ['Recreate', 'RollingUpdate'], `${path}.type`, errors);
  if (type === 'Recreate' && rollingUpdate) {
    errors.push(forbidden(at, "may not be specified when strategy `type` is 'Recreate'"));
  }
  if (type !== 'RollingUpdate') return;
  if (!rollingUpdate) {
    errors.push(required(at, 'this should be defaulted and never be nil'));
    return;
  }
  const { maxUnavailable, maxSurge } = rollingUpdate;
  checkIntOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors);
  checkIntOrPercent(maxSurge, `${at}.maxSurge`, errors);
  if (isZero(maxUnavailable) && isZero(maxSurge)) {
    const text = 'may not be 0 when `maxSurge` is 0';
    errors.push(invalidPrinted(`${at}.maxUnavailable`, goIntOrString(maxUnavailable ?? 0), text));
  }
  checkAtMostAll(maxUnavailable, `${at}.maxUnavailable`, errors);
}

function deadlineErrors(spec: V1DeploymentSpec, errors: FieldError[]): void {
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  const field = 'spec.progressDeadlineSeconds';
  checkNonNegative(deadline, field, errors);
  if (deadline !== undefined && deadline <= minReadySeconds) {
    errors.push(invalid(field, deadline, 'must be greater than minReadySeconds'));
  }
}

export function deploymentErrors({ spec = {} as V1DeploymentSpec }: V1Deployment): FieldError[] {
  const errors: FieldError[] = [];
  workloadErrors(spec, 'Deployment', errors);
  strategyErrors(spec.strategy ?? {}, 'spec.strategy', errors);
  checkNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  deadlineErrors(spec, errors);
  return errors;
}
