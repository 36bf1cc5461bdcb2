// Which fields of a pod have no effect on a node whose pods are plain processes of the user who started the cluster. Pure.

import type { V1Container, V1PodSpec, V1VolumeMount } from '../../api/generated/types.ts';

const ofPod = ['hostAliases', 'shareProcessNamespace'] as const;
const ofPodSecurity = ['runAsUser', 'runAsGroup', 'fsGroup', 'supplementalGroups'] as const;
const ofSecurity = [
  ...['runAsUser', 'runAsGroup', 'privileged'],
  ...['allowPrivilegeEscalation', 'readOnlyRootFilesystem', 'capabilities'],
] as const;

/** Their paths, in the order of the manifest. */
export function plainlyIgnored(spec: V1PodSpec): string[] {
  const { securityContext, volumes = [] } = spec;
  const writable = new Set(volumes.flatMap((one) => (one.emptyDir || one.hostPath ? [one.name] : [])));
  return [
    ...paths('spec', spec, ofPod),
    ...paths('spec.securityContext', securityContext, ofPodSecurity),
    ...volumes.flatMap(({ emptyDir }, index) =>
      emptyDir?.medium ? [`spec.volumes[${index}].emptyDir.medium`] : [],
    ),
    ...(['initContainers', 'containers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap((container, index) =>
        ofContainer(`spec.${list}[${index}]`, container, writable),
      ),
    ),
  ];
}

/** Without mounts, what the API does not fill can be written by whoever owns it. */
function ofContainer(
  path: string,
  { securityContext, volumeMounts = [] }: V1Container,
  writable: ReadonlySet<string>,
): string[] {
  const isIgnored = ({ name, readOnly }: V1VolumeMount) => readOnly === true && writable.has(name);
  return [
    ...paths(`${path}.securityContext`, securityContext, ofSecurity),
    ...volumeMounts.flatMap((mount, index) =>
      isIgnored(mount) ? [`${path}.volumeMounts[${index}].readOnly`] : [],
    ),
  ];
}

function paths(path: string, object: object | undefined, fields: readonly string[]): string[] {
  const found = object as Readonly<Record<string, unknown>> | undefined;
  return fields.filter((field) => found?.[field] !== undefined).map((field) => `${path}.${field}`);
}
