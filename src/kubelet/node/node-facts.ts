// What a node is, and the Node object that follows from it. Pure.

import type {
  V1Node,
  V1NodeAddress,
  V1NodeCondition,
  V1NodeStatus,
  V1NodeSystemInfo,
  V1Taint,
} from '../../api/generated/types.ts';
import { awaitingBuild } from '../../api/relevo/departure.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Draft } from '../../client/resource.ts';

export interface NodeFacts {
  /** The first InternalIP is status.hostIP of its pods. */
  addresses: readonly V1NodeAddress[];
  /** `cpu`, `memory`, `pods` and what else there is, as quantities. */
  capacity: Readonly<Record<string, string>>;
  /** Default: all of the capacity. */
  allocatable?: Readonly<Record<string, string>>;
  /** Besides kubernetes.io/hostname, os and arch. */
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
  /** Only on the first registration: afterwards they are others' business. */
  taints?: readonly V1Taint[];
  info: Partial<V1NodeSystemInfo> & Pick<V1NodeSystemInfo, 'architecture' | 'operatingSystem'>;
  /** Where the kubelet's own server listens; undefined: there is none. */
  kubeletPort?: number;
  /** Besides Ready and the pressures, e.g. LimitsEnforced. */
  conditions?: readonly NodeConditionFact[];
}

export type NodeConditionFact = Pick<V1NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

export function nodeLabels(name: string, { info, labels }: NodeFacts): Record<string, string> {
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': info.operatingSystem,
    'kubernetes.io/arch': info.architecture,
    ...labels,
  };
}

export function nodeDraft(name: string, facts: NodeFacts): Draft<V1Node> {
  const metadata = { name, labels: nodeLabels(name, facts), annotations: { ...facts.annotations } };
  return { metadata, spec: facts.taints?.length ? { taints: [...facts.taints] } : {} };
}

const unpressed: readonly NodeConditionFact[] = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
].map(([type = '', reason, message]) => ({ type, status: 'False', reason, message }));

const ready: NodeConditionFact = {
  type: 'Ready',
  status: 'True',
  reason: 'KubeletReady',
  message: 'kubelet is posting ready status',
};

/** `runtime` is `name://version`; conditions whose status did not change keep their time from `before`. `now` is wall-clock milliseconds. */
export function nodeStatus(
  facts: NodeFacts,
  runtime: string,
  extra: readonly NodeConditionFact[],
  before: V1NodeStatus | undefined,
  now: number,
): V1NodeStatus {
  const known = new Map<string, NodeConditionFact>();
  for (const condition of [...unpressed, ready, ...(facts.conditions ?? []), ...extra]) {
    known.set(condition.type, condition);
  }
  const time = timestamp(now);
  const conditions = [...known.values()].map((condition) => {
    const old = before?.conditions?.find(({ type }) => type === condition.type);
    const lastTransitionTime = old?.status === condition.status ? (old.lastTransitionTime ?? time) : time;
    return { ...condition, lastHeartbeatTime: time, lastTransitionTime };
  });
  return {
    addresses: [...facts.addresses],
    capacity: { ...facts.capacity },
    allocatable: { ...(facts.allocatable ?? facts.capacity) },
    conditions,
    nodeInfo: systemInfo(facts, runtime),
    ...(facts.kubeletPort ? { daemonEndpoints: { kubeletEndpoint: { Port: facts.kubeletPort } } } : {}),
  };
}

const kubernetesVersion = 'v1.32.0';

function systemInfo({ info }: NodeFacts, runtime: string): V1NodeSystemInfo {
  return {
    bootID: '',
    kernelVersion: '',
    machineID: '',
    osImage: '',
    systemUUID: '',
    kubeProxyVersion: kubernetesVersion,
    // Balancers see by it that this kubelet waits for them.
    kubeletVersion: `${kubernetesVersion}+${awaitingBuild}`,
    containerRuntimeVersion: runtime,
    ...info,
  };
}

/** Only what the kubelet reports, and no times: equal means that there is nothing to write. */
export function essence(status: V1NodeStatus | undefined, types: ReadonlySet<string>): unknown {
  const { addresses, capacity, allocatable, nodeInfo, daemonEndpoints, conditions = [] } = status ?? {};
  const facts = conditions
    .filter(({ type }) => types.has(type))
    .map(({ lastHeartbeatTime: _, lastTransitionTime: __, ...condition }) => condition)
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  return { addresses, capacity, allocatable, nodeInfo, daemonEndpoints, conditions: facts };
}
