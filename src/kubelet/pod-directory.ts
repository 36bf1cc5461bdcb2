// What the kubelet's server must know to serve logs, exec and attach: which container of the runtime is meant.

import type { V1Pod } from '../api/generated/types.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';

export interface DirectoryPod {
  pod: V1Pod;
  /** Empty until it has some. */
  ips: readonly string[];
  /** Of its network namespace; undefined: it shares its node's network, or has none yet. */
  networkPath?: string;
  /** The newest run of a container of the pod's spec, ended or not; `previous`: the run before it. Undefined: there is none. */
  container(name: string, previous?: boolean): RuntimeContainer | undefined;
}

export interface PodDirectory {
  readonly nodeName: string;
  /** Undefined: no such pod on this node. */
  find(namespace: string, name: string): DirectoryPod | undefined;
  /** By uid, for what the runtime measured. */
  byUid(uid: string): DirectoryPod | undefined;
  list(): DirectoryPod[];
}

/** That of a kubelet that does not exist yet: its server listens first, because the node says where. Until then it is empty. */
export function lateDirectory(nodeName: string, kubelet: () => PodDirectory | undefined): PodDirectory {
  return {
    nodeName,
    find: (namespace, name) => kubelet()?.find(namespace, name),
    byUid: (uid) => kubelet()?.byUid(uid),
    list: () => kubelet()?.list() ?? [],
  };
}
