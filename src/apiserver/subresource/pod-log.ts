// GET pods/NAME/log: checks the options and says which kubelet has the log.

import { type FieldError, forbidden, invalid } from '../../api/field-error.ts';
import { badRequest, invalidObject } from '../../api/status.ts';
import type { ResourceRoute } from '../api-server.ts';
import { numberParameter } from '../options.ts';
import { textPayload } from '../request.ts';
import { isTrue } from '../request-info.ts';
import { allowVerbs } from './body.ts';
import { containerOf, kubeletTarget, podOf } from './pod-container.ts';
import type { RouteParts } from './route-parts.ts';

/** Answers with the kubelet to ask, or 204 for a pod that has no node and so no log. Throws 400, 404, 422. */
export function logRoute({ store }: Pick<RouteParts, 'store'>): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'get');
    const { query } = given.request;
    const parameters = logParameters(query, given.info.name);
    const pod = podOf(store, given);
    const container = containerOf(pod, query.get('container') ?? '');
    if (!pod.spec.nodeName) return { kind: 'payload', status: 204, payload: textPayload('') };
    const target = kubeletTarget(store, pod, ['containerLogs', container], parameters);
    if (isTrue(query.get('insecureSkipTLSVerifyBackend'))) target.insecureSkipTlsVerify = true;
    return { kind: 'proxy', target };
  };
}

/** What the kubelet is asked for. The rules are those of core/v1 PodLogOptions. */
function logParameters(query: URLSearchParams, podName: string): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of ['follow', 'previous', 'timestamps'])
    if (isTrue(query.get(name))) parameters.set(name, 'true');
  const errors: FieldError[] = [];
  checkedNumber(query, parameters, 'sinceSeconds', 1, errors);
  const sinceTime = query.get('sinceTime');
  if (sinceTime) parameters.set('sinceTime', checkedTime(sinceTime));
  checkedNumber(query, parameters, 'tailLines', 0, errors);
  checkedNumber(query, parameters, 'limitBytes', 1, errors);
  if (sinceTime && parameters.has('sinceSeconds'))
    errors.push(forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  if (query.get('stream')) errors.push(forbidden('stream', 'may not be specified'));
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'PodLogOptions' }, podName, errors);
  return parameters;
}

function checkedNumber(
  query: URLSearchParams,
  parameters: URLSearchParams,
  name: string,
  min: 0 | 1,
  errors: FieldError[],
): void {
  const value = numberParameter(query, name);
  if (value === undefined) return;
  parameters.set(name, String(value));
  if (value >= min) return;
  const text = min === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
  errors.push(invalid(name, value, text));
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function checkedTime(text: string): string {
  if (rfc3339.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw badRequest(
    `unable to parse query parameter sinceTime: ${JSON.stringify(text)} is not an RFC 3339 time`,
  );
}
