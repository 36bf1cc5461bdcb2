// A cluster that starts with fewer nodes than before has lost the others on purpose: nobody shall wait for them.

import { Client } from '../client/client.ts';
import { HttpsTransport } from '../client/https-transport.ts';
import { nodes } from '../client/resources.ts';
import type { Credentials } from './control-plane-process.ts';

/** Deletes the Nodes with these names that are there. Their pods are replaced on the others. */
export async function removeSurplusNodes(admin: Credentials, surplus: readonly string[]): Promise<void> {
  const transport = new HttpsTransport(admin);
  try {
    const client = new Client(transport, { userAgent: 'relevo' }).resource(nodes);
    const { items } = await client.list();
    const there = items.map(({ metadata }) => metadata.name).filter((name) => surplus.includes(name));
    await Promise.all(there.map((name) => client.delete(name)));
  } finally {
    await transport.close();
  }
}
