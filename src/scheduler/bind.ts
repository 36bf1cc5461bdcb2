// Carries a decision out: binds the pod on the API. The outcome is always known in the end: an answer that did not come is
// looked up, so that no room is given away twice.

import type { V1Pod } from '../api/generated/types.ts';
import { StatusError } from '../api/status.ts';
import { Backoff, type Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/sleep.ts';
import type { Client } from '../client/client.ts';
import { pods } from '../client/resources.ts';

import type { PodInfo } from './pod-info.ts';

export interface BindContext {
  client: Client;
  clock: Clock;
  random: Random;
}

export type BindOutcome =
  | { kind: 'bound' }
  /** The API refused; `current` is the pod as it is now, undefined when it is gone. */
  | { kind: 'refused'; error: unknown; current: V1Pod | undefined };

const retry = { initialMs: 100, maxMs: 2_000, jitter: 0.5 };

async function post(client: Client, { pod, namespace, uid }: PodInfo, nodeName: string, signal: AbortSignal) {
  const { name } = pod.metadata;
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
  };
  await client.resource(pods, namespace).createSubresource(name, 'binding', body, { signal });
}

/** Reads the pod until the API answers. Rejects only when aborted. */
async function lookUp(context: BindContext, info: PodInfo, signal: AbortSignal): Promise<V1Pod | undefined> {
  const backoff = new Backoff(retry, context.random);
  for (;;) {
    try {
      const current = await context.client
        .resource(pods, info.namespace)
        .find(info.pod.metadata.name, { signal });
      return current?.metadata.uid === info.uid ? current : undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      await sleep(context.clock, backoff.next(), signal);
    }
  }
}

/** Rejects only when aborted. */
export async function bind(
  context: BindContext,
  info: PodInfo,
  nodeName: string,
  signal: AbortSignal,
): Promise<BindOutcome> {
  try {
    await post(context.client, info, nodeName, signal);
    return { kind: 'bound' };
  } catch (error) {
    const current = await lookUp(context, info, signal);
    const wasLost = !(error instanceof StatusError) && current?.spec.nodeName === nodeName;
    return wasLost ? { kind: 'bound' } : { kind: 'refused', error, current };
  }
}
