// Turns a container of a pod into what a runtime is told to start.

import type { V1Container, V1Pod, V1SecurityContext } from '../../api/generated/types.ts';
import { milliUnits, parseQuantity, wholeUnits } from '../../api/quantity.ts';
import type {
  ContainerPort,
  ContainerResources,
  ContainerSecurity,
  ContainerSpec,
  Mount,
  ResolvedImage,
  RuntimePodSpec,
} from '../../runtime/runtime.ts';
import { EnvironmentError } from '../env/environment.ts';
import { expand } from '../env/expand.ts';
import type { ContainerRecord } from './container-record.ts';
import { hostNameOf } from './host-name.ts';
import type { ResolverSettings } from './pod-dns.ts';
import type { PodState } from './pod-state.ts';

export interface ContainerParts {
  image: ResolvedImage;
  env: Readonly<Record<string, string>>;
  mounts: readonly Mount[];
}

/** Throws an EnvironmentError when the container would run as root and must not. */
export function containerSpec(pod: V1Pod, record: ContainerRecord, parts: ContainerParts): ContainerSpec {
  const { container, role, current } = record;
  const { env, image } = parts;
  const expanded = (words: string[] | undefined) => words?.map((word) => expand(word, env));
  return {
    ...parts,
    name: container.name,
    init: role === 'init',
    attempt: current ? current.attempt + 1 : 0,
    command: expanded(container.command),
    args: expanded(container.args),
    workingDir: container.workingDir,
    resources: resourcesOf(container),
    ports: portsOf(container),
    security: securityOf(pod, container, image),
    stdin: container.stdin,
    stdinOnce: container.stdinOnce,
    tty: container.tty,
    terminationMessagePath: container.terminationMessagePath,
    terminationMessageFromLog: container.terminationMessagePolicy === 'FallbackToLogsOnError',
  };
}

/** `dns`: see RuntimePodNetwork. `clusterDomain`: what the cluster's names end in; undefined where there are none. */
export function runtimePodSpec(
  { pod, attachment, podIps }: PodState,
  dns: ResolverSettings | undefined,
  clusterDomain: string | undefined,
): RuntimePodSpec {
  const { uid, name, namespace = '', labels = {}, annotations = {} } = pod.metadata;
  const { subdomain, hostAliases, securityContext } = pod.spec;
  const { fsGroup, supplementalGroups } = securityContext ?? {};
  const security = fsGroup === undefined && !supplementalGroups ? undefined : { fsGroup, supplementalGroups };
  const aliases = hostAliases?.map(({ ip, hostnames = [] }) => ({ ip, hostnames }));
  const { namespacePath } = attachment ?? {};
  const ips = pod.spec.hostNetwork ? [] : podIps;
  const network = { ips, namespacePath, dns, hostAliases: aliases };
  const isNamed = subdomain && clusterDomain && !pod.spec.hostNetwork;
  return {
    uid,
    namespace,
    name,
    hostname: hostNameOf(pod),
    ...(isNamed ? { domain: `${subdomain}.${namespace}.svc.${clusterDomain}` } : {}),
    labels,
    annotations,
    network,
    security,
  };
}

function resourcesOf({ resources }: V1Container): ContainerResources {
  const { cpu, memory } = resources?.limits ?? {};
  const request = resources?.requests?.cpu;
  return {
    cpuLimitMillis: cpu === undefined ? undefined : milliUnits(parseQuantity(cpu)),
    memoryLimitBytes: memory === undefined ? undefined : wholeUnits(parseQuantity(memory)),
    cpuRequestMillis: request === undefined ? undefined : milliUnits(parseQuantity(request)),
  };
}

function portsOf({ ports = [] }: V1Container): ContainerPort[] {
  return ports.map(({ name, containerPort, protocol }) => ({
    name,
    containerPort,
    protocol: protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP',
  }));
}

function securityOf(pod: V1Pod, container: V1Container, image: ResolvedImage): ContainerSecurity | undefined {
  const own: V1SecurityContext = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  const uid = own.runAsUser ?? shared.runAsUser;
  if (own.runAsNonRoot ?? shared.runAsNonRoot) refuseRoot(container, uid ?? image.uid);
  const { privileged, readOnlyRootFilesystem: readOnlyRoot, capabilities } = own;
  const gid = own.runAsGroup ?? shared.runAsGroup;
  const { add: addCapabilities, drop: dropCapabilities } = capabilities ?? {};
  const all = { uid, gid, privileged, readOnlyRoot, addCapabilities, dropCapabilities };
  return Object.values(all).some((value) => value !== undefined) ? all : undefined;
}

function refuseRoot({ name }: V1Container, uid: number | undefined): void {
  if (uid !== 0) return;
  throw new EnvironmentError(
    `container ${name} has runAsNonRoot and would run as root; set runAsUser to another user`,
  );
}
