// What a kubeconfig says of one cluster. Apart from the text of kubeconfigs, which needs a parser: the control plane starts without one.

import type { KubeCluster, KubeContext, KubeUser } from './kubeconfig.ts';

/** One cluster, one user and the context that joins them, all under one name. */
export interface KubeconfigEntry {
  name: string;
  cluster: KubeCluster;
  user: KubeUser;
  /** Default `default`. */
  namespace?: string;
}

/** A kubeconfig with this entry only, as plain data: as JSON it loads fastest. */
export function kubeconfigObject(entry: KubeconfigEntry): object {
  const { name } = entry;
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: entry.cluster }],
    users: [{ name, user: entry.user }],
    contexts: [{ name, context: contextOf(entry) }],
    'current-context': name,
  };
}

export function contextOf({ name, namespace }: KubeconfigEntry): KubeContext {
  return { cluster: name, user: name, ...(namespace ? { namespace } : {}) };
}
