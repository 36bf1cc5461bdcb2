// Which container of which pod, on which kubelet, a request for logs or a stream means.

import type { V1Node, V1Pod } from '../../api/generated/types.ts';
import { badRequest, notFoundError } from '../../api/status.ts';
import type { Store } from '../../store/store.ts';
import type { ProxyTarget } from '../request.ts';
import type { ResourceRequest } from '../resource-handler.ts';
import { requireKubeletAddress } from './kubelet-address.ts';

const defaultContainer = 'kubectl.kubernetes.io/default-container';

/** Throws 404. */
export function podOf(store: Store, { info, kind }: ResourceRequest): V1Pod {
  const stored = store.get(`pods/${info.namespace}/${info.name}`);
  if (!stored) throw notFoundError(kind.resourceName, info.name);
  return stored.value as unknown as V1Pod;
}

/**
 * The container that is asked for: `name`, else the only one, else the one of the annotation that kubectl goes by.
 * Throws 400 where that leaves a choice, or there is no such container.
 */
export function containerOf({ metadata, spec }: V1Pod, name: string): string {
  const names = spec.containers.map((container) => container.name);
  const initNames = (spec.initContainers ?? []).map((container) => container.name);
  if (name !== '') {
    if (names.includes(name) || initNames.includes(name)) return name;
    throw badRequest(`container ${name} is not valid for pod ${metadata.name}`);
  }
  if (names.length === 1) return names[0] as string;
  const annotated = metadata.annotations?.[defaultContainer];
  if (annotated && names.includes(annotated)) return annotated;
  const choice = names.length === 0 ? '' : `, choose one of: [${names.join(' ')}]`;
  const initChoice = initNames.length === 0 ? '' : ` or one of the init containers: [${initNames.join(' ')}]`;
  throw badRequest(`a container name must be specified for pod ${metadata.name}${choice}${initChoice}`);
}

/**
 * `/VERB/NAMESPACE/POD` and further segments (not yet encoded), on the kubelet of a pod that has a node.
 * Throws 404 when that node is gone, 500 when it has no address.
 */
export function kubeletTarget(
  store: Store,
  { metadata, spec }: V1Pod,
  [verb, ...rest]: readonly [verb: string, ...rest: string[]],
  parameters: URLSearchParams,
): ProxyTarget {
  const { nodeName = '' } = spec;
  const { namespace = '', name } = metadata;
  const node = store.get(`nodes/${nodeName}`)?.value as unknown as V1Node | undefined;
  if (!node) throw notFoundError({ group: '', resource: 'nodes' }, nodeName);
  const segments = [verb, namespace, name, ...rest].map((segment) => `/${encodeURIComponent(segment)}`);
  const subject = `pod ${namespace}/${name} on node ${nodeName}`;
  return { ...requireKubeletAddress(node), path: segments.join(''), query: parameters.toString(), subject };
}
