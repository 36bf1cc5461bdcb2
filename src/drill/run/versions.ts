// What took part in a drill, with versions: for whoever repeats it.

import os from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import type { World } from '../world/world.ts';

/** What cannot be found out is left out. */
export async function versionsOf({ client, balancer }: World): Promise<Record<string, string>> {
  const [api, engine] = await Promise.all([
    client
      .request({ method: 'GET', path: '/version' })
      .then(({ body }) => String((body as { gitVersion?: unknown }).gitVersion))
      .catch(() => undefined),
    balancer?.().then(
      (status) => status.engine,
      () => undefined,
    ),
  ]);
  return {
    relevo: manifest.version,
    node: process.version.slice(1),
    system: `${os.type()} ${os.release()} (${os.arch()})`,
    processor: `${os.availableParallelism()} × ${os.cpus()[0]?.model ?? '?'}`,
    ...(api === undefined ? {} : { api }),
    ...(engine === undefined ? {} : { balancer: engine }),
  };
}
