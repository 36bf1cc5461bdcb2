// The keys that all balancers of a cluster share: one Secret, made by the first of them; the oldest ticket key is replaced twice a day by
// whoever notices first.

import { randomBytes } from 'node:crypto';
import type { V1Secret } from '../api/generated/types.ts';
import { balancerNamespace } from '../api/relevo/departure.ts';
import type { Clock } from '../base/clock.ts';
import type { Client } from '../client/client.ts';
import { secrets } from '../client/resources.ts';
import { isStatusError } from '../client/response-error.ts';
import type { SharedSecrets } from '../lb/model.ts';

export const sharedSecretName = 'relevo-balancer';

const rotateMs = 12 * 3_600_000;
/** Tickets of the last two keys are read as well: a user who comes back within a day needs no full handshake. */
const ticketKeyCount = 3;
const cookieKeyBytes = 32;
const ticketKeyBytes = 48;

export function newSecrets(): SharedSecrets {
  return { cookieKey: randomKey(cookieKeyBytes), ticketKeys: [randomKey(ticketKeyBytes)] };
}

/**
 * Those of the cluster, made or rotated when it is time to. Rejects with the API's errors.
 *
 * @param made what a missing Secret is filled with.
 */
export async function sharedSecrets(
  client: Client,
  clock: Clock,
  made: SharedSecrets,
  signal?: AbortSignal,
): Promise<SharedSecrets> {
  const api = client.resource(secrets, balancerNamespace);
  try {
    const found = await api.find(sharedSecretName, { signal });
    const current = found && secretsOf(found);
    if (found && current && !isDue(found, clock.now())) return current;
    const next = current ? rotated(current) : made;
    const data = dataOf(next, clock.now());
    if (found) await api.update({ ...found, data }, { signal });
    else await api.create({ metadata: { name: sharedSecretName }, type: 'Opaque', data }, { signal });
    return next;
  } catch (error) {
    // Another balancer was quicker: its keys are the cluster's.
    if (!isStatusError(error, 409)) throw error;
    return secretsOf(await api.get(sharedSecretName, { signal })) ?? made;
  }
}

/** Undefined for what somebody damaged: it is written anew. */
function secretsOf({ data = {} }: V1Secret): SharedSecrets | undefined {
  const cookieKey = data.cookieKey ?? '';
  const ticketKeys = textOf(data.ticketKeys).split('\n');
  const isSound =
    sizeOf(cookieKey) === cookieKeyBytes && ticketKeys.every((key) => sizeOf(key) === ticketKeyBytes);
  return isSound ? { cookieKey, ticketKeys } : undefined;
}

function dataOf({ cookieKey, ticketKeys }: SharedSecrets, nowMs: number): Record<string, string> {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return {
    cookieKey,
    ticketKeys: base64(ticketKeys.join('\n')),
    rotated: base64(new Date(nowMs).toISOString()),
  };
}

function isDue({ data = {} }: V1Secret, nowMs: number): boolean {
  // A clock that was set back must not make balancers rotate without end, nor one in the future stop them for good.
  return !(Math.abs(nowMs - Date.parse(textOf(data.rotated))) < rotateMs);
}

function rotated({ cookieKey, ticketKeys }: SharedSecrets): SharedSecrets {
  return { cookieKey, ticketKeys: [randomKey(ticketKeyBytes), ...ticketKeys].slice(0, ticketKeyCount) };
}

function randomKey(bytes: number): string {
  return randomBytes(bytes).toString('base64');
}

function textOf(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString();
}

function sizeOf(base64: string): number {
  return Buffer.from(base64, 'base64').length;
}
