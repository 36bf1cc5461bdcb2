// Asks for the balancer's statistics page as an administrator does.

import { ask, type Answer as HttpAnswer } from '../run/probes/http-look.ts';
import { type Told, told } from '../told.ts';
import type { World } from '../world/world.ts';

export interface PageSeen {
  readonly url: string;
  readonly answer: HttpAnswer;
}

/** Undefined: there is no balancer that is known here. `place`: by another address than its own. */
export async function statisticsPage(
  { balancer }: World,
  signal: AbortSignal,
  place: (url: string) => string = (url) => url,
): Promise<PageSeen | undefined> {
  if (!balancer) return undefined;
  const { statistics } = await balancer();
  const url = place(statistics.url);
  const asked = new URL(url);
  [asked.username, asked.password] = [statistics.user, statistics.password];
  return { url, answer: await ask(asked, undefined, signal) };
}

export const noBalancer = told(
  "the balancer of this cluster is not Relevo's own on this machine",
  'el balanceador de este clúster no es el de Relevo en esta máquina',
);

export function answersWith({ url, answer: { status } }: PageSeen): Told {
  return told(`${url} answers ${status}`, `${url} responde ${status}`);
}
