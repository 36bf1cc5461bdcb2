// Ends what would never end by itself: connections of mode tcp and upgraded ones. Requests that a server is about to answer are left alone,
// which `shutdown sessions server` would not do.

import type { RuntimeApi } from './runtime-api.ts';

/** Of one process. `entries` are names of servers in `backend`, both inside of HAProxy. Rejects when the process does not answer. */
export async function closeTunnels(
  api: Pick<RuntimeApi, 'send'>,
  backend: string,
  entries: readonly string[],
): Promise<void> {
  const all = (await api.send('show sess')).split('\n');
  const theirs = all.filter((line) => entries.some((entry) => line.includes(` be=${backend} srv=${entry} `)));
  await Promise.all(theirs.map((line) => closeIfTunnel(api, line.slice(0, line.indexOf(':')))));
}

async function closeIfTunnel(api: Pick<RuntimeApi, 'send'>, session: string): Promise<void> {
  const state = await api.send(`show sess ${session}`);
  // It may have ended since. A session of mode tcp has no transaction.
  if (!state.startsWith(session)) return;
  if (/ rsp\.st=MSG_TUNNEL\b/.test(state) || !/^\s+txn=/m.test(state))
    await api.send(`shutdown session ${session}`);
}
