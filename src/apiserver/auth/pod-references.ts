// What a pod makes its node read: the Secrets, ConfigMaps, claims and the service account that its spec names, as keys of the store.

import type { V1Container, V1Pod, V1PodSpec, V1Volume } from '../../api/generated/types.ts';

/** `secrets/NS/NAME`, `configmaps/NS/NAME`, `persistentvolumeclaims/NS/NAME`, `serviceaccounts/NS/NAME`, each once. */
export function podReferences({ metadata, spec }: V1Pod): string[] {
  if (!spec) return [];
  const refs = new Set<string>();
  for (const [resource, name] of namedBy(spec)) {
    if (name) refs.add(`${resource}/${metadata.namespace}/${name}`);
  }
  return [...refs];
}

type Named = [resource: string, name: string | undefined];

function* namedBy(spec: V1PodSpec): Generator<Named> {
  yield ['serviceaccounts', spec.serviceAccountName ?? 'default'];
  for (const secret of spec.imagePullSecrets ?? []) yield ['secrets', secret.name];
  for (const container of allContainers(spec)) yield* namedByEnvironment(container);
  for (const volume of spec.volumes ?? []) yield* namedByVolume(volume);
}

function allContainers(spec: V1PodSpec): Pick<V1Container, 'env' | 'envFrom'>[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

function* namedByEnvironment({
  env = [],
  envFrom = [],
}: Pick<V1Container, 'env' | 'envFrom'>): Generator<Named> {
  for (const { valueFrom } of env) {
    yield ['secrets', valueFrom?.secretKeyRef?.name];
    yield ['configmaps', valueFrom?.configMapKeyRef?.name];
  }
  for (const { secretRef, configMapRef } of envFrom) {
    yield ['secrets', secretRef?.name];
    yield ['configmaps', configMapRef?.name];
  }
}

function* namedByVolume(volume: V1Volume): Generator<Named> {
  yield ['secrets', volume.secret?.secretName];
  yield ['configmaps', volume.configMap?.name];
  yield ['persistentvolumeclaims', volume.persistentVolumeClaim?.claimName];
  for (const source of volume.projected?.sources ?? []) {
    yield ['secrets', source.secret?.name];
    yield ['configmaps', source.configMap?.name];
  }
}
