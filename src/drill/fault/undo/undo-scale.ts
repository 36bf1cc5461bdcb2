// Deployments get back as many replicas as they had, unless somebody has given them another number since.

import type { V1Deployment } from '../../../api/generated/types.ts';
import { deployments } from '../../../client/resources.ts';
import { counted } from '../../counted.ts';
import { told } from '../../told.ts';
import type { World } from '../../world/world.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

type ScaleStep = Extract<UndoStep, { type: 'scale' }>;

export function undoScale({ client }: World, step: ScaleStep): Undoing {
  const { namespace, deployment: name, replicas } = step;
  const resource = client.resource(deployments, namespace);
  const command = `kubectl scale deployment ${name} -n ${namespace} --replicas=${replicas}`;
  return {
    remains: told(
      `Deployment ${namespace}/${name} has not ${counted(replicas, 'replica', 'replicas')} again`,
      `el Deployment ${namespace}/${name} no vuelve a tener ${counted(replicas, 'réplica', 'réplicas')}`,
    ),
    remedy: told(`"${command}"`, `«${command}»`),
    async act(signal) {
      const found = await resource.find(name, { signal });
      if (!found || !isOurs(found, step)) return;
      // A conflict means that somebody was quicker: it is looked at again.
      const { resourceVersion } = found.metadata;
      await resource.patch(name, { metadata: { resourceVersion }, spec: { replicas } }, { signal });
    },
    async missing(signal) {
      const found = await resource.find(name, { signal });
      if (!found || !isOurs(found, step)) return undefined;
      return told(`it has ${found.spec?.replicas}`, `tiene ${found.spec?.replicas}`);
    },
  };
}

/** Whether it is what the fault made of it. */
function isOurs({ spec }: V1Deployment, { replicas, changedTo }: ScaleStep): boolean {
  const now = spec?.replicas ?? 1;
  return now !== replicas && (changedTo === undefined || now === changedTo);
}
