// Replicas are deleted, as anybody with a kubectl can do: the only loss of a replica that every cluster allows.

import { duration } from '../../api/relevo/field-schemas.ts';
import { pods } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import { lookLeaving } from './acts/leaving-pods.ts';
import { losing } from './choice/losing.ts';
import { choosePods } from './choice/pods.ts';
import { defineFault } from './define-fault.ts';
import type { Injection, Victims } from './fault.ts';
import { needsReplicas } from './need/needs.ts';
import { needsRights } from './need/rights.ts';
import { durationIn, podParameters, textIn } from './parameters.ts';

export const podDelete = defineFault({
  name: 'pod-delete',
  summary: {
    en: 'Deletes replicas in the API: they end in their grace period, and others take their place.',
    es: 'Borra réplicas en la API: terminan dentro de su plazo de gracia y otras ocupan su lugar.',
  },
  parameters: {
    ...podParameters,
    grace: duration('How long they may take to end, whole seconds; 0s: none. Without it their own.'),
  },
  lasts: false,
  impossible: async (world, target) =>
    needsReplicas(target) ??
    (await needsRights(world, { verb: 'delete', resource: 'pods', namespace: target.namespace })),
  choose: (target, parameters, random) => losing(target, choosePods(target, parameters, random)),
  undo: () => [],
  async inject(injection) {
    await Promise.all(injection.victims.pods.map((pod) => remove(injection, pod)));
  },
  async look(injection) {
    const text = await lookLeaving(injection);
    return text === undefined ? undefined : { text };
  },
});

async function remove(
  { world, parameters, signal }: Injection,
  { namespace, name, uid }: Victims['pods'][number],
): Promise<void> {
  const gracePeriodSeconds =
    textIn(parameters, 'grace') === undefined
      ? undefined
      : Math.round(durationIn(parameters, 'grace', '0s') / 1000);
  const options = { gracePeriodSeconds, preconditions: { uid }, signal };
  try {
    await world.client.resource(pods, namespace).delete(name, options);
  } catch (error) {
    // Somebody was quicker, and the look says what became of it.
    if (!isStatusError(error, 404) && !isStatusError(error, 409)) throw error;
  }
}
