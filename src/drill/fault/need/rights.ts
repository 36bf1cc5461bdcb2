// Whether whoever runs the drill may do what a fault does: asked of the API itself, so that a drill does not end in the middle for that.

import { type Told, told } from '../../told.ts';
import type { World } from '../../world/world.ts';

/** As a role has it. `subresource`: such as `eviction`. */
export interface Right {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** To ask for a pod to leave. */
export function evictionIn(namespace?: string): Right {
  return { verb: 'create', resource: 'pods', subresource: 'eviction', namespace };
}

/** To cordon nodes. */
export const cordoning: Right = { verb: 'patch', resource: 'nodes' };

/** The first of them that is missing, in one line. An API that cannot be asked is not in the way. */
export async function needsRights(
  { client }: Pick<World, 'client'>,
  ...rights: readonly Right[]
): Promise<Told | undefined> {
  for (const right of rights) {
    const body = {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
      spec: { resourceAttributes: right },
    };
    const review = await client.request({ method: 'POST', path, body }).catch(() => undefined);
    const { status } = (review?.body ?? {}) as { status?: { allowed?: boolean } };
    if (status?.allowed === false) return forbidden(right);
  }
  return undefined;
}

/** Verbs and resources as roles have them: that is how they are granted. */
function forbidden({ verb, resource, subresource, namespace }: Right): Told {
  const what = `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
  const [of, de] =
    namespace === undefined
      ? ['', '']
      : [` of the namespace ${namespace}`, ` del espacio de nombres ${namespace}`];
  return told(
    `you may not ${what}${of} in this cluster`,
    `no tienes permiso para ${what}${de} en este clúster`,
  );
}
