// Cordoning with a mark of our own: only what bears it is taken back, so that nodes that somebody else cordoned stay so.

import type { Client } from '../../../client/client.ts';
import { nodes } from '../../../client/resources.ts';
import { type Told, told } from '../../told.ts';
import type { Injection } from '../fault.ts';

/** On nodes that a drill has cordoned. */
const mark = 'relevo.dev/cordoned-by-drill';

export async function cordon(client: Client, node: string, signal: AbortSignal): Promise<void> {
  const metadata = { annotations: { [mark]: 'true' } };
  await client.resource(nodes).patch(node, { metadata, spec: { unschedulable: true } }, { signal });
}

/** Idempotent. Does nothing where no drill has cordoned it. */
export async function uncordon(client: Client, node: string, signal?: AbortSignal): Promise<void> {
  if (!(await isOurs(client, node, signal))) return;
  const metadata = { annotations: { [mark]: null } };
  await client.resource(nodes).patch(node, { metadata, spec: { unschedulable: null } }, { signal });
}

/** Whether a drill has cordoned it and nobody has taken that back. */
export async function isOurs(client: Client, node: string, signal?: AbortSignal): Promise<boolean> {
  const found = await client.resource(nodes).find(node, { signal });
  return found?.metadata.annotations?.[mark] !== undefined;
}

/** Undefined while one of the victims takes new pods. */
export async function lookCordoned({ world, victims, signal }: Injection): Promise<Told | undefined> {
  const all = await Promise.all(
    victims.nodes.map((node) => world.client.resource(nodes).find(node, { signal })),
  );
  if (!all.every((node) => node?.spec?.unschedulable)) return undefined;
  const names = victims.nodes.join(', ');
  return told(`the API has spec.unschedulable of ${names}`, `la API tiene spec.unschedulable de ${names}`);
}
