// Warnings about a pod's spec: what is deprecated or surely not meant (Kubernetes' own texts), and what is accepted here
// without having an effect.

import type { V1Container, V1PodSpec, V1Volume } from '../generated/types.ts';
import { isExtended } from './resource-rules.ts';

/** The text for a field that is stored but changes nothing. */
export function withoutEffect(field: string): string {
  return `${field}: accepted but has no effect here`;
}

const ignoredFields = [
  'priorityClassName',
  'priority',
  'preemptionPolicy',
  'runtimeClassName',
  'overhead',
  'resourceClaims',
  'hostUsers',
  'setHostnameAsFQDN',
  'hostIPC',
  'hostPID',
] as const;

/** On no node; what depends on the node is told there, in an event of the pod. */
const ignoredSecurity = [
  'seLinuxOptions',
  'seccompProfile',
  'appArmorProfile',
  'windowsOptions',
  'procMount',
] as const;

/** Which volumes there are on nodes whose pods are processes. */
const offeredVolumes: readonly string[] = [
  'emptyDir',
  'hostPath',
  'configMap',
  'secret',
  'downwardAPI',
  'projected',
];

const removedVolumes: Record<string, string> = {
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
};

/** `previous` is the spec before an update: what it said already is not said again. */
export function podSpecWarnings(spec: V1PodSpec | undefined, path: string, previous?: V1PodSpec): string[] {
  if (!spec || previous === spec) return [];
  const warnings: string[] = [];
  for (const field of ignoredFields) {
    // The default policy came with the priority: one warning is enough.
    if (field === 'preemptionPolicy' && spec.preemptionPolicy !== 'Never') continue;
    // Every pod is given a priority: 0, or its class's.
    if (field === 'priority' && (spec.priority === 0 || spec.priorityClassName)) continue;
    if (spec[field] !== undefined) warnings.push(withoutEffect(`${path}.${field}`));
  }
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    warnings.push(
      `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  }
  for (const [index, { name }] of (spec.imagePullSecrets ?? []).entries()) {
    if (!name) warnings.push(`${path}.imagePullSecrets[${index}].name: invalid empty name ""`);
  }
  if (spec.os?.name === 'windows') warnings.push(withoutEffect(`${path}.os.name`));
  securityWarnings(spec.securityContext, `${path}.securityContext`, warnings);
  if (spec.securityContext?.sysctls?.length) warnings.push(withoutEffect(`${path}.securityContext.sysctls`));
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    volumeWarnings(volume, `${path}.volumes[${index}]`, warnings);
  }
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      containerWarnings(container, `${path}.${list}[${index}]`, warnings);
    }
  }
  return previous ? onlyNew(warnings, podSpecWarnings(previous, path)) : warnings;
}

type SecurityContext = { [F in (typeof ignoredSecurity)[number]]?: unknown };

function onlyNew(warnings: string[], before: string[]): string[] {
  return warnings.filter((warning) => !before.includes(warning));
}

function securityWarnings(context: SecurityContext | undefined, path: string, warnings: string[]): void {
  if (!context) return;
  for (const field of ignoredSecurity) {
    if (context[field] !== undefined) warnings.push(withoutEffect(`${path}.${field}`));
  }
}

function volumeWarnings(volume: V1Volume, path: string, warnings: string[]): void {
  for (const kind of Object.keys(volume)) {
    if (removedVolumes[kind]) warnings.push(`${path}.${kind}: ${removedVolumes[kind]}`);
    else if (kind !== 'name' && !offeredVolumes.includes(kind))
      warnings.push(withoutEffect(`${path}.${kind}`));
  }
  for (const [index, { clusterTrustBundle }] of (volume.projected?.sources ?? []).entries()) {
    const field = `${path}.projected.sources[${index}].clusterTrustBundle`;
    if (clusterTrustBundle) warnings.push(withoutEffect(field));
  }
}

function containerWarnings(container: V1Container, path: string, warnings: string[]): void {
  securityWarnings(container.securityContext, `${path}.securityContext`, warnings);
  for (const name of Object.keys({ ...container.resources?.limits, ...container.resources?.requests })) {
    if (isExtended(name)) warnings.push(withoutEffect(`${path}.resources.limits[${name}]`));
  }
  if (container.resources?.claims?.length) warnings.push(withoutEffect(`${path}.resources.claims`));
  if (container.volumeDevices?.length) warnings.push(withoutEffect(`${path}.volumeDevices`));
  fractionalWarnings(container, path, warnings);
  envWarnings(container, path, warnings);
  portWarnings(container, path, warnings);
}

/** Parts of a byte: nearly always `m` written for `M`. */
function fractionalWarnings({ resources }: V1Container, path: string, warnings: string[]): void {
  for (const list of ['limits', 'requests'] as const) {
    for (const name of ['memory', 'ephemeral-storage']) {
      const quantity = resources?.[list]?.[name];
      if (quantity && /[mun]$/.test(quantity)) {
        warnings.push(
          `${path}.resources.${list}[${name}]: fractional byte value ${JSON.stringify(quantity)} is invalid, must be an integer`,
        );
      }
    }
  }
}

function envWarnings({ env = [] }: V1Container, path: string, warnings: string[]): void {
  const seen = new Set<string>();
  for (const [index, { name, value = '' }] of env.entries()) {
    // A variable that builds on its earlier value, as PATH does, is meant so.
    const hides = seen.has(name) && !value.includes(`$(${name})`);
    seen.add(name);
    if (!hides) continue;
    const text = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
    warnings.push(`${path}.env[${index}]: ${text}`);
  }
}

function portWarnings({ ports = [] }: V1Container, path: string, warnings: string[]): void {
  const seen = new Map<string, number>();
  for (const [index, { containerPort, protocol, hostIP = '', hostPort = 0 }] of ports.entries()) {
    if (hostPort > 0) warnings.push(withoutEffect(`${path}.ports[${index}].hostPort`));
    const key = `${hostIP}/${hostPort}/${containerPort}/${protocol}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, index);
    else warnings.push(`${path}.ports[${index}]: duplicate port definition with ${path}.ports[${before}]`);
  }
}
