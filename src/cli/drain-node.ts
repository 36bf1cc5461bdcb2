// Empties a node before it goes, and says in the words of the command what to do when that fails.

import type { Client } from '../client/client.ts';
import { drainNode as drain, NotEmptied } from '../client/drain-node.ts';
import { nodes } from '../client/resources.ts';

/** As the client's drainNode(); one that has no object is empty. */
export async function drainNode(
  client: Client,
  node: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isThere(client, node, signal))) return;
  try {
    await drain(client, node, { timeoutMs, signal });
  } catch (cause) {
    if (!(cause instanceof NotEmptied)) throw cause;
    const remedy = `"relevo kubectl -- uncordon ${node}" takes that back, --force removes it all the same`;
    throw new Error(`${cause.message}: ${remedy}`, { cause });
  }
}

async function isThere(client: Client, node: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await client.resource(nodes).find(node, { signal })) !== undefined;
  } catch (cause) {
    signal.throwIfAborted();
    const { message } = cause as Error;
    throw new Error(`the API does not answer (${message}): --force removes ${node} without moving its pods`, {
      cause,
    });
  }
}
