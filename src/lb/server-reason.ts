// Why new requests do not go to a server, or not all of them. Pure.

import type { ServerStats } from './engine.ts';
import type { Server } from './model.ts';

/**
 * `wish`: the server of the model, where there is one. Undefined where it serves, and for a backup that nobody needs. What is wished goes
 * before what is found: who is not ready fails its checks as well.
 */
export function reasonOf(
  { state, health, ejected, checkStatus, checkCode, weight }: ServerStats,
  wish: Server | undefined,
): string | undefined {
  if (state !== 'ready') return (wish?.state === state ? wish.reason : undefined) ?? state;
  if (health === 'down') return ['check', checkStatus, checkCode].filter(Boolean).join(' ');
  if (ejected) return 'errors of its traffic';
  return weight === 0 ? 'weight 0' : undefined;
}
