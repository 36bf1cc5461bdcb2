// Admission of new pods (Kubernetes' ServiceAccount plugin): every pod runs as a service account and finds its token, the
// cluster's CA and its namespace under one well-known path, unless pod or account do not want that.

import type { V1Container, V1Pod, V1PodSpec, V1ServiceAccount, V1Volume } from '../../api/generated/types.ts';
import { forbiddenError } from '../../api/status.ts';
import type { Store } from '../../store/store.ts';
import { generatedName } from '../write/preparation.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { newPod } from './written-pod.ts';

const defaultAccount = 'default';
const volumePrefix = 'kube-api-access-';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
/** One hour and seven seconds, as Kubernetes: the odd number tells its own requests from others. */
const tokenSeconds = 3607;

type Account = Pick<V1ServiceAccount, 'automountServiceAccountToken' | 'imagePullSecrets'>;

export class PodServiceAccount implements AdmissionPlugin {
  readonly name = 'ServiceAccount';
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  mutate(request: AdmissionRequest): void {
    const pod = newPod(request);
    if (!pod) return;
    const { spec } = pod;
    spec.serviceAccountName ||= defaultAccount;
    // The deprecated name of the field: both are shown, and always say the same.
    spec.serviceAccount = spec.serviceAccountName;
    const account = this.#account(request, pod);
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec);
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
      spec.imagePullSecrets = account.imagePullSecrets.map(({ name }) => ({ name }));
  }

  #account(request: AdmissionRequest, pod: V1Pod): Account {
    const { kind, namespace, name } = request;
    const wanted = pod.spec.serviceAccountName as string;
    const stored = this.#store.get(`serviceaccounts/${namespace}/${wanted}`);
    if (stored) return stored.value as V1ServiceAccount;
    // A controller makes this one in every namespace. Kubernetes waits for it here; what is decided at once cannot.
    if (wanted === defaultAccount) return {};
    const reason = `error looking up service account ${namespace}/${wanted}: serviceaccount "${wanted}" not found`;
    throw forbiddenError(kind.resourceName, name, reason);
  }
}

function mountToken(spec: V1PodSpec): void {
  const existing = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix))?.name;
  const name = existing ?? generatedName(volumePrefix);
  const without = [...(spec.initContainers ?? []), ...spec.containers].filter((one) => !hasMount(one));
  if (without.length === 0) return;
  for (const container of without)
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }];
  if (existing === undefined) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

/** Whoever mounts something else there wants no token. */
function hasMount({ volumeMounts = [] }: V1Container): boolean {
  return volumeMounts.some((mount) => mount.mountPath === mountPath);
}

function tokenVolume(name: string): V1Volume {
  const namespace = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [namespace] } },
      ],
      defaultMode: 0o644,
    },
  };
}
