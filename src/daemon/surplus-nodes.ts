// A cluster that starts with fewer nodes than before has lost the others on purpose: nobody shall wait for them.

import { Client } from '../client/client.ts';
import { HttpsTransport } from '../client/https-transport.ts';
import { nodes } from '../client/resources.ts';
import type { Credentials } from './control-plane-process.ts';

/** Deletes the Nodes called node-N that are not among `names`. Their pods are replaced on the others. */
export async function removeSurplusNodes(admin: Credentials, names: readonly string[]): Promise<void> {
  const transport = new HttpsTransport(admin);
  try {
    const client = new Client(transport, { userAgent: 'relevo' }).resource(nodes);
    const { items } = await client.list();
    const surplus = items.map(({ metadata }) => metadata.name).filter((name) => /^node-\d+$/.test(name));
    await Promise.all(surplus.filter((name) => !names.includes(name)).map((name) => client.delete(name)));
  } finally {
    await transport.close();
  }
}
