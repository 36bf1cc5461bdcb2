// Admission of pods that reach out of their sandbox: hostPath volumes, and the image `host`, which runs programs in the host's own
// root. Both equal a login on the machine, so they need an administrator: a member of system:masters, or whoever may `use`
// the resource `hostaccess` of the group relevo.dev in the namespace (cluster-admin holds that; admin, edit and view do not).
//
// Users write pods directly or as the template of a workload, and each is checked where it is written. The pods of controllers are
// written by the control plane's own user and pass: their templates did. An update that leaves the pod's spec as it
// was passes, too, so that others may scale and label what an administrator made.

import type { V1Container, V1PodSpec } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import { forbiddenError } from '../../api/status.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { type Authorizer, isPrivileged } from '../auth/authorizer.ts';
import type { Attributes, User } from '../auth/user.ts';
import type { ServedKind } from '../scheme.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';

const group = 'relevo.dev';
const resource = 'hostaccess';
const verb = 'use';

export class HostAccess implements AdmissionPlugin {
  readonly name = 'HostAccess';
  readonly #authorizer: Authorizer;

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  validate({ kind, subresource, namespace, name, object, old, user }: AdmissionRequest): void {
    if (subresource !== '' || !object) return;
    const spec = podSpecOf(kind, object);
    const access = spec && hostAccessOf(spec);
    if (access === undefined || isPrivileged(user)) return;
    if (old && deepEqual(spec, podSpecOf(kind, old))) return;
    if (this.#mayUse(user, namespace)) return;
    throw forbiddenError(kind.resourceName, name, refusal(access, user, namespace));
  }

  #mayUse(user: User, namespace: string): boolean {
    const asked: Attributes = {
      ...{ verb, group, resource, namespace, isResource: true },
      ...{ version: '*', subresource: '', name: '', path: '' },
    };
    return this.#authorizer.authorize(user, asked).allowed;
  }
}

/** The pod's, or that of the template from which a workload makes its pods. */
function podSpecOf(kind: ServedKind, object: AnyObject): V1PodSpec | undefined {
  if (kind.storageResource === 'pods') return object.spec;
  return kind.custom ? undefined : object.spec?.template?.spec;
}

interface HostUse {
  what: string;
  instead: string;
}

function hostAccessOf(spec: V1PodSpec): HostUse | undefined {
  const volume = spec.volumes?.find(({ hostPath }) => hostPath);
  if (volume) {
    const path = JSON.stringify(volume.hostPath?.path);
    const what = `volume ${JSON.stringify(volume.name)} is a hostPath (${path})`;
    return { what, instead: 'use an emptyDir, configMap or secret volume' };
  }
  const lists = [spec.initContainers, spec.containers, spec.ephemeralContainers as V1Container[] | undefined];
  const container = lists.flatMap((list) => list ?? []).find(({ image }) => isHostImage(image));
  if (!container) return undefined;
  const what = `container ${JSON.stringify(container.name)} has the image "host", which is the host's own root`;
  return { what, instead: 'use another image' };
}

/** `host` in any spelling that an image store resolves to the same name. */
function isHostImage(image = ''): boolean {
  return /^(docker\.io\/)?(library\/)?host([:@]|$)/.test(image);
}

function refusal({ what, instead }: HostUse, user: User, namespace: string): string {
  const grant = `a Role with apiGroups [${group}], resources [${resource}], verbs [${verb}] in namespace ${JSON.stringify(namespace)}`;
  return `${what} and needs an administrator: ${instead}, or have an administrator bind user ${JSON.stringify(user.name)} to ${grant}`;
}
