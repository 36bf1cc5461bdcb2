// Which of a pod's volumes its containers mount, how, and of what kind they are. Pure.

import type { V1Pod, V1Volume, V1VolumeMount } from '../../api/generated/types.ts';

/** Those that no container mounts are not made, as in Kubernetes. */
export function mountedVolumes(pod: V1Pod): V1Volume[] {
  const names = new Set(mountsOf(pod).map(({ name }) => name));
  return (pod.spec.volumes ?? []).filter(({ name }) => names.has(name));
}

/** Whether no container of the pod mounts it for writing. */
export function isMountedReadOnly(pod: V1Pod, volumeName: string): boolean {
  return mountsOf(pod).every(({ name, readOnly }) => name !== volumeName || readOnly === true);
}

/** Whether its files come from the API. */
export function isFilled({ configMap, secret, downwardAPI, projected }: V1Volume): boolean {
  return [configMap, secret, downwardAPI, projected].some((source) => source !== undefined);
}

/** Whether a node of this machine has such volumes. */
export function isOffered(volume: V1Volume): boolean {
  return isFilled(volume) || volume.emptyDir !== undefined || volume.hostPath !== undefined;
}

export function kindOf(volume: V1Volume): string {
  return Object.keys(volume).find((key) => key !== 'name') ?? 'such';
}

function mountsOf({ spec }: V1Pod): V1VolumeMount[] {
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap(
    ({ volumeMounts = [] }) => volumeMounts,
  );
}
