// Pods that are told to go, seen in the API: their objects are gone, or on their way out.

import { pods } from '../../../client/resources.ts';
import type { Injection } from '../fault.ts';

/** Undefined while one of the victims stays. */
export async function lookLeaving({ world, victims, signal }: Injection): Promise<string | undefined> {
  const seen = await Promise.all(
    victims.pods.map(async ({ namespace, name, uid }) => {
      const pod = await world.client.resource(pods, namespace).find(name, { signal });
      if (pod?.metadata.uid !== uid) return `${name} is gone`;
      const { deletionTimestamp } = pod.metadata;
      return deletionTimestamp === undefined
        ? undefined
        : `${name} ends (deletionTimestamp ${deletionTimestamp})`;
    }),
  );
  return seen.length === 0 || seen.includes(undefined) ? undefined : seen.join(', ');
}
