// Subresources that are served by code of their own, by the resource they belong to; discovery lists them.

export interface ExtraResource {
  name: string;
  /** Where the subresource's kind is of another group. */
  group?: string;
  version?: string;
  kind: string;
  verbs: readonly string[];
}

const connect = ['create', 'get'];

export const extraResources: Readonly<Record<string, readonly ExtraResource[]>> = {
  namespaces: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
  pods: [
    { name: 'attach', kind: 'PodAttachOptions', verbs: connect },
    { name: 'binding', kind: 'Binding', verbs: ['create'] },
    { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
    { name: 'exec', kind: 'PodExecOptions', verbs: connect },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: connect },
  ],
  serviceaccounts: [
    { name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
  ],
};
