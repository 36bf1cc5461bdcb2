// Pods that are told to go, seen in the API: their objects are gone, or on their way out.

import { pods } from '../../../client/resources.ts';
import { joined, type Told, told } from '../../told.ts';
import type { Injection } from '../fault.ts';

/** Undefined while one of the victims stays. */
export async function lookLeaving({ world, victims, signal }: Injection): Promise<Told | undefined> {
  const seen = await Promise.all(
    victims.pods.map(async ({ namespace, name, uid }) => {
      const pod = await world.client.resource(pods, namespace).find(name, { signal });
      if (pod?.metadata.uid !== uid) return told(`${name} is gone`, `${name} ya no está`);
      const { deletionTimestamp } = pod.metadata;
      return deletionTimestamp === undefined ? undefined : ending(name, String(deletionTimestamp));
    }),
  );
  const leaving = seen.filter((one) => one !== undefined);
  return seen.length === 0 || leaving.length < seen.length ? undefined : joined(leaving, ', ');
}

function ending(pod: string, since: string): Told {
  return told(`${pod} ends (deletionTimestamp ${since})`, `${pod} termina (deletionTimestamp ${since})`);
}
