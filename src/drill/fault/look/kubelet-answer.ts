// Whether, and how fast, a node's kubelet answers: asked through the API server, which sits on the other side of the node's cable and makes a
// new connection for each question. Needs nobody's permission on this machine, and works whatever the nodes are made of.

import { StatusError } from '../../../api/status.ts';
import { machineTime } from '../../../base/machine-time.ts';
import type { Client } from '../../../client/client.ts';
import { pods } from '../../../client/resources.ts';

/** What a kubelet is asked for: the last line of a container's log. */
export interface Question {
  readonly node: string;
  readonly path: string;
  readonly container: string;
}

/** How long an answer took in milliseconds; undefined: none came. */
export type RoundTrip = number | undefined;

/** One of a container that has run, for each of the nodes where there is one. */
export async function questionsFor(
  client: Client,
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<Question[]> {
  const { items } = await client.resource(pods).list({ signal });
  return nodes.flatMap((node) => {
    const pod = items.find(
      ({ spec, status }) => spec?.nodeName === node && status?.containerStatuses?.some(({ ready }) => ready),
    );
    const container = pod?.spec?.containers[0]?.name;
    if (!pod || container === undefined) return [];
    const { namespace, name } = pod.metadata;
    return [{ node, path: `/api/v1/namespaces/${namespace}/pods/${name}/log`, container }];
  });
}

/** Anything the kubelet itself says is an answer; the API server's 5xx on its behalf is none. */
export async function ask(
  client: Client,
  { path, container }: Question,
  withinMs: number,
  signal: AbortSignal,
): Promise<RoundTrip> {
  const begun = machineTime();
  const query = { container, tailLines: '1' };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  try {
    await client.request({ method: 'GET', path, query, signal: limit });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof StatusError) || error.code >= 500) return undefined;
  }
  return machineTime() - begun;
}

/** `times` questions at once. */
export function askOften(
  client: Client,
  question: Question,
  times: number,
  withinMs: number,
  signal: AbortSignal,
): Promise<RoundTrip[]> {
  return Promise.all(Array.from({ length: times }, () => ask(client, question, withinMs, signal)));
}

/** Whether the API server itself answers: else nothing is known of a kubelet. */
export async function apiAnswers(client: Client, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  return client.request({ method: 'GET', path: '/version', signal: limit }).then(
    () => true,
    () => false,
  );
}
