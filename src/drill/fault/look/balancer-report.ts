// What balancers and users see of the target's servers: the status of Balancer objects, and the answer to a request of one's own.

import type { BalancerBackend } from '../../../api/relevo/balancer-types.ts';
import { balancers } from '../../../api/relevo/resources.ts';
import type { TargetView, World } from '../../world/world.ts';

/** Of every balancer that serves the target; empty where none says so. Rejects when the API does not answer. */
export async function backendsOf(
  { client }: World,
  { namespace, service }: TargetView,
  signal?: AbortSignal,
): Promise<BalancerBackend[]> {
  const { items } = await client.resource(balancers).list({ signal });
  const all = items.flatMap(({ status }) => status?.backends ?? []);
  return all.filter(
    ({ name }) => name === `${namespace}/${service}` || name.startsWith(`${namespace}/${service}:`),
  );
}

/** What says that there is no server: the outcome that a balancer writes into its answer, or that nobody answers at all. */
export type OwnAnswer =
  | { readonly type: 'served'; readonly status: number }
  | { readonly type: 'sorry' }
  | { readonly type: 'none'; readonly why: string };

/** Asks the target as a user does, on a connection of its own. */
export async function askAsUser(
  { url, host }: TargetView,
  withinMs: number,
  signal: AbortSignal,
): Promise<OwnAnswer> {
  const headers: Record<string, string> = { connection: 'close', ...(host === undefined ? {} : { host }) };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  try {
    const { status, outcome } = await get(url, headers, limit);
    if (status === 503 && outcome === 'sorry') return { type: 'sorry' };
    return { type: 'served', status };
  } catch (error) {
    signal.throwIfAborted();
    return { type: 'none', why: (error as NodeJS.ErrnoException).code ?? (error as Error).message };
  }
}

/** Not fetch(), which would put its own Host over ours. */
async function get(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<{ status: number; outcome: string | undefined }> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    // Whoever presents whatever certificate: it is asked whether anybody is there.
    const asked = request(
      url,
      { headers, signal, agent: false, rejectUnauthorized: false } as object,
      (answer) => {
        const { statusCode = 0, headers: told } = answer;
        answer.destroy();
        resolve({ status: statusCode, outcome: told['x-relevo-outcome'] as string | undefined });
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}
