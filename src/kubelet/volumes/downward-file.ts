// The files of a downwardAPI volume. Pure.

import type { V1DownwardAPIVolumeFile, V1Pod } from '../../api/generated/types.ts';
import { type PodPlace, podField, resourceField } from '../env/downward.ts';

/** What the file holds. Throws an Error for a field, a resource or a container that does not exist. */
export function downwardText(pod: V1Pod, file: V1DownwardAPIVolumeFile, place: PodPlace): string {
  const { fieldRef, resourceFieldRef } = file;
  if (fieldRef) {
    const { fieldPath } = fieldRef;
    if (fieldPath === 'metadata.labels') return lines(pod.metadata.labels);
    if (fieldPath === 'metadata.annotations') return lines(pod.metadata.annotations);
    return existing(podField(pod, fieldPath, place), `unsupported fieldPath: ${fieldPath}`);
  }
  if (!resourceFieldRef) return '';
  const { containerName = '', resource } = resourceFieldRef;
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const container = all.find(({ name }) => name === containerName);
  if (!container) throw new Error(`container ${containerName} not found`);
  const amount = resourceField(container, resourceFieldRef, place);
  return existing(amount, `unsupported container resource: ${resource}`);
}

/** `key="value"`, sorted, without a line end after the last, as Kubernetes writes them. */
function lines(map: Readonly<Record<string, string>> = {}): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}

function existing(value: string | undefined, problem: string): string {
  if (value === undefined) throw new Error(problem);
  return value;
}
