// Replicas are evicted: their disruption budgets say when.

import { systemClock } from '../../base/clock.ts';
import { sleep } from '../../base/sleep.ts';
import { evictPod } from '../../client/evict-pod.ts';
import { type Told, ToldError, told } from '../told.ts';
import { lookLeaving } from './acts/leaving-pods.ts';
import { losing } from './choice/losing.ts';
import { choosePods } from './choice/pods.ts';
import { defineFault } from './define-fault.ts';
import type { Injection, Victims } from './fault.ts';
import { needsReplicas } from './need/needs.ts';
import { evictionIn, needsRights } from './need/rights.ts';
import { durationIn, podParameters, timeout } from './parameters.ts';

const againAfterMs = 200;
const usualTimeout = '30s';

export const evict = defineFault({
  name: 'evict',
  summary: {
    en: 'Evicts replicas, as maintenance does: disruption budgets say when.',
    es: 'Desaloja réplicas, como hace el mantenimiento: los presupuestos de interrupción dicen cuándo.',
  },
  parameters: { ...podParameters, ...timeout('How long budgets may forbid it.', usualTimeout) },
  lasts: false,
  impossible: async (world, target) =>
    needsReplicas(target) ?? (await needsRights(world, evictionIn(target.namespace))),
  choose: (target, parameters, random) => losing(target, choosePods(target, parameters, random)),
  undo: () => [],
  async inject(injection) {
    await Promise.all(injection.victims.pods.map((pod) => evictWhenAllowed(injection, pod)));
  },
  async look(injection) {
    const text = await lookLeaving(injection);
    return text === undefined ? undefined : { text };
  },
});

async function evictWhenAllowed(
  { world, parameters, signal }: Injection,
  { namespace, name, uid }: Victims['pods'][number],
): Promise<void> {
  const timeoutMs = durationIn(parameters, 'timeout', usualTimeout);
  const deadline = systemClock.monotonic() + timeoutMs;
  while ((await evictPod(world.client, { namespace, name }, { signal, uid })) === 'refused') {
    if (systemClock.monotonic() > deadline) throw new ToldError(forbidden(name, timeoutMs / 1000));
    await sleep(systemClock, againAfterMs, signal);
    signal.throwIfAborted();
  }
}

function forbidden(pod: string, seconds: number): Told {
  return told(
    `a disruption budget has forbidden to evict ${pod} for ${seconds} s`,
    `un presupuesto de interrupción impidió desalojar ${pod} durante ${seconds} s`,
  );
}
