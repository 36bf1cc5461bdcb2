// The manifests that a drill has applied: read and applied as `relevo up -f` does.

import type { Applications } from '../drill/run/drill-options.ts';
import { asIs, headed, type Told, ToldError, told } from '../drill/told.ts';
import type { World } from '../drill/world/world.ts';
import { applyManifests } from './apply.ts';
import { readManifests } from './manifests.ts';

export function applicationsOn({ client }: Pick<World, 'client'>): Applications {
  return {
    async read(files) {
      return readManifests(files).map(({ object: { apiVersion, kind, metadata } }) => ({
        ...{ apiVersion, kind, name: metadata.name ?? '' },
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      }));
    },
    async apply(files, signal) {
      const applied = await applyManifests(client, readManifests(files), () => {}, signal);
      const refused = applied.find(({ error }) => error !== undefined);
      if (refused) throw new ToldError(refusal(refused.source, refused.name, `${refused.error}`));
    },
  };
}

function refusal(source: string, name: string, why: string): Told {
  const what = told(`${name} was refused`, `${name} fue rechazado`);
  return headed(source, headed(what, asIs(why)));
}
