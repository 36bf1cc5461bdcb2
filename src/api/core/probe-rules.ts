// Validation of probes and lifecycle hooks.

import { type FieldError, invalid, required } from '../field-error.ts';
import {
  checkAtMostOne,
  checkName,
  checkNonNegative,
  checkOneOf,
  checkPort,
  checkPresent,
} from '../field-rules.ts';
import type { V1HTTPGetAction, V1Lifecycle, V1LifecycleHandler, V1Probe } from '../generated/types.ts';
import { headerNameProblems } from '../names.ts';

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const thresholds = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

type Handler = Pick<V1Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<V1LifecycleHandler, 'sleep'>;

function handlerErrors(handler: Handler, path: string, errors: FieldError[]): void {
  const text = 'may not specify more than 1 handler type';
  if (checkAtMostOne(handler, handlers, path, text, errors) === 0) {
    errors.push(required(path, 'must specify a handler type'));
  }
  if (handler.exec) checkPresent(handler.exec.command ?? [], `${path}.exec.command`, errors);
  if (handler.httpGet) httpErrors(handler.httpGet, `${path}.httpGet`, errors);
  if (handler.tcpSocket) checkPort(handler.tcpSocket.port, `${path}.tcpSocket.port`, errors);
  if (handler.grpc) checkPort(handler.grpc.port, `${path}.grpc.port`, errors);
}

function httpErrors(action: V1HTTPGetAction, path: string, errors: FieldError[]): void {
  checkPresent(action.path, `${path}.path`, errors);
  checkPort(action.port, `${path}.port`, errors);
  checkOneOf(action.scheme, ['HTTP', 'HTTPS'], `${path}.scheme`, errors);
  for (const header of action.httpHeaders ?? []) {
    checkName(headerNameProblems, header.name, `${path}.httpHeaders`, errors);
  }
}

export function probeErrors(
  probe: V1Probe,
  sort: 'liveness' | 'readiness' | 'startup',
  path: string,
  errors: FieldError[],
): void {
  handlerErrors(probe, path, errors);
  for (const field of thresholds) checkNonNegative(probe[field], `${path}.${field}`, errors);
  const grace = probe.terminationGracePeriodSeconds;
  if (sort === 'readiness') {
    if (grace !== undefined) {
      const at = `${path}.terminationGracePeriodSeconds`;
      errors.push(invalid(at, grace, 'must not be set for readinessProbes'));
    }
    return;
  }
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  if (probe.successThreshold !== undefined && probe.successThreshold !== 1) {
    errors.push(invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
  }
}

export function lifecycleErrors(
  { postStart, preStop }: V1Lifecycle,
  path: string,
  gracePeriodSeconds: number,
  errors: FieldError[],
): void {
  if (postStart) hookErrors(postStart, `${path}.postStart`, gracePeriodSeconds, errors);
  if (preStop) hookErrors(preStop, `${path}.preStop`, gracePeriodSeconds, errors);
}

function hookErrors(hook: V1LifecycleHandler, path: string, grace: number, errors: FieldError[]): void {
  handlerErrors(hook, path, errors);
  const seconds = hook.sleep?.seconds;
  if (seconds !== undefined && (seconds <= 0 || seconds > grace)) {
    const text = `must be greater than 0 and less than terminationGracePeriodSeconds (${grace})`;
    errors.push(invalid(`${path}.sleep`, seconds, text));
  }
}
