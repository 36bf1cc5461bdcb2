// Runs a container's postStart or preStop handler.

import type { V1LifecycleHandler } from '../../api/generated/types.ts';
import { sleep } from '../../base/sleep.ts';
import type { ContainerRecord } from './container-record.ts';
import type { PodContext } from './pod-context.ts';
import type { PodState } from './pod-state.ts';

/** What went wrong, or undefined. Ends with the signal; never rejects. Where nothing is probed there is nothing to run a hook in either. */
export async function runHook(
  hook: V1LifecycleHandler,
  { prober, clock }: PodContext,
  { podIps }: PodState,
  { current, container }: ContainerRecord,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (hook.sleep) {
    await sleep(clock, hook.sleep.seconds * 1_000, signal);
    return undefined;
  }
  if (!prober || !current) return undefined;
  const target = { containerId: current.id, podIp: podIps[0] ?? '', ports: container.ports ?? [] };
  const { success, message } = await prober.probe(hook, target, signal);
  return success ? undefined : message;
}
