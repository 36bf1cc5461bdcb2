// pods/NAME/exec, attach and portforward: checks that the pod runs somewhere and says where. What follows on the connection is between
// the client and the kubelet.

import { hasEnded } from '../../api/core/pod-phase.ts';
import type { V1Pod } from '../../api/generated/types.ts';
import { badRequest } from '../../api/status.ts';
import type { ResourceRoute } from '../api-server.ts';
import type { ApiResponse } from '../request.ts';
import { isTrue } from '../request-info.ts';
import type { ResourceRequest } from '../resource-handler.ts';
import { allowVerbs } from './body.ts';
import { containerOf, kubeletTarget, podOf } from './pod-container.ts';
import type { RouteParts } from './route-parts.ts';

type StreamParts = Pick<RouteParts, 'store'>;

export function execRoute(parts: StreamParts): ResourceRoute {
  return async (given) => {
    const { query } = given.request;
    const parameters = streamParameters(query);
    for (const command of query.getAll('command')) parameters.append('command', command);
    return containerStream(parts, given, 'exec', parameters);
  };
}

export function attachRoute(parts: StreamParts): ResourceRoute {
  return async (given) => containerStream(parts, given, 'attach', streamParameters(given.request.query));
}

/** `ports` may be repeated or joined by commas; the kubelet gets them joined. */
export function portForwardRoute(parts: StreamParts): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'create', 'get');
    const pod = podOf(parts.store, given);
    const parameters = new URLSearchParams();
    const ports = given.request.query.getAll('ports').flatMap((text) => text.split(','));
    for (const port of ports)
      if (!/^\d{1,5}$/.test(port)) throw badRequest(`ports: ${JSON.stringify(port)} is not a port`);
    if (ports.length > 0) parameters.set('port', ports.join(','));
    return stream(parts, pod, ['portForward'], parameters);
  };
}

/** The options as the kubelet spells them. */
const kubeletNames = { stdin: 'input', stdout: 'output', stderr: 'error', tty: 'tty' };

function streamParameters(query: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, kubelets] of Object.entries(kubeletNames))
    if (isTrue(query.get(name))) parameters.set(kubelets, '1');
  return parameters;
}

function containerStream(
  parts: StreamParts,
  given: ResourceRequest,
  verb: 'exec' | 'attach',
  parameters: URLSearchParams,
): ApiResponse {
  allowVerbs(given, 'create', 'get');
  const pod = podOf(parts.store, given);
  const container = containerOf(pod, given.request.query.get('container') ?? '');
  return stream(parts, pod, [verb, container], parameters);
}

function stream(
  { store }: StreamParts,
  pod: V1Pod,
  path: readonly [verb: string, ...rest: string[]],
  parameters: URLSearchParams,
): ApiResponse {
  if (!pod.spec.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  if (hasEnded(pod))
    throw badRequest(`cannot ${verbText(path[0])} a completed pod; current phase is ${pod.status?.phase}`);
  return { kind: 'proxy', target: kubeletTarget(store, pod, path, parameters) };
}

function verbText(verb: string): string {
  if (verb === 'exec') return 'exec into a container in';
  return verb === 'attach' ? 'attach a container in' : 'forward ports to';
}
