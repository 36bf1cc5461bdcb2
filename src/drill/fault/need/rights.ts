// Whether whoever runs the drill may do what a fault does: asked of the API itself, so that a drill does not end in the middle for that.

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
): Promise<string | undefined> {
  for (const right of rights) {
    const body = {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
      spec: { resourceAttributes: right },
    };
    const review = await client.request({ method: 'POST', path, body }).catch(() => undefined);
    const { status } = (review?.body ?? {}) as { status?: { allowed?: boolean } };
    if (status?.allowed === false) return `you may not ${wordsOf(right)} in this cluster`;
  }
  return undefined;
}

function wordsOf({ verb, resource, subresource, namespace }: Right): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${what}${namespace === undefined ? '' : ` of the namespace ${namespace}`}`;
}
