// The servers of a Service whose servers are pods: the endpoints of its slices, and the pods that stand by as backups. Pure.

import { hasEnded } from '../../api/core/pod-phase.ts';
import { isReady } from '../../api/core/readiness.ts';
import type { V1Endpoint, V1EndpointSlice, V1Pod, V1ServicePort } from '../../api/generated/types.ts';
import { hostAndPort } from '../../api/host-and-port.ts';
import { roleLabel } from '../../api/relevo/server-annotations.ts';
import type { LabelSelectorMatcher } from '../../api/selectors.ts';
import type { Server, ServerRole } from '../../lb/model.ts';
import { AnnotationReader } from '../annotations.ts';
import type { Note } from '../note.ts';
import { departBy, podAddress, podPort } from './pod-facts.ts';

export interface PodSources {
  /** Those of the Service. */
  readonly slices: readonly V1EndpointSlice[];
  podByUid(uid: string): V1Pod | undefined;
  /** The pods of the namespace that are backups, whatever their state. */
  readonly backups: readonly V1Pod[];
  /** Undefined: there are no backups. */
  readonly backupSelector?: LabelSelectorMatcher;
  readonly drainMs: number;
}

/** Whether its endpoints are backups, where they are no pods: those have labels of their own. */
export function isBackupSlice({ metadata }: V1EndpointSlice): boolean {
  return metadata.labels?.[roleLabel] === 'backup';
}

/**
 * By name. Terminating endpoints are departing from the first word of it, also where no other is ready: an acknowledged departure is
 * worth more than KEP-1669's last resort. Those that are not ready keep what they have.
 */
export function podServers(sources: PodSources, port: V1ServicePort, notes: Note[]): Server[] {
  const servers = new Map<string, Server>();
  for (const found of reachable(sources.slices, port)) {
    const server = serverOf(found, sources, notes);
    const known = servers.get(server.id);
    if (known?.state !== 'ready') servers.set(server.id, server);
  }
  for (const pod of sources.backups) {
    const server = backupOf(pod, port, sources.drainMs, notes);
    if (server) servers.set(server.id, server);
  }
  return [...servers.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

interface Reachable {
  readonly slice: V1EndpointSlice;
  readonly endpoint: V1Endpoint;
  readonly address: string;
  readonly number: number;
}

function reachable(slices: readonly V1EndpointSlice[], { name = '' }: V1ServicePort): Reachable[] {
  const family = slices.some(({ addressType }) => addressType === 'IPv4') ? 'IPv4' : 'IPv6';
  return slices.flatMap((slice) => {
    const { addressType, ports, endpoints } = slice;
    const found = ports?.find((one) => (one.name ?? '') === name && (one.protocol ?? 'TCP') === 'TCP');
    const number = found?.port;
    if (addressType !== family || !number) return [];
    return (endpoints ?? []).flatMap((endpoint) =>
      // Of a pod's addresses one is enough; what else lists several addresses means several servers.
      (endpoint.targetRef?.uid ? endpoint.addresses.slice(0, 1) : endpoint.addresses).map((address) => ({
        ...{ slice, endpoint, address, number },
      })),
    );
  });
}

function serverOf(
  found: Reachable,
  { podByUid, backupSelector, drainMs }: PodSources,
  notes: Note[],
): Server {
  const { endpoint, address, number: port } = found;
  const { targetRef, conditions = {}, nodeName } = endpoint;
  const pod = targetRef?.uid ? podByUid(targetRef.uid) : undefined;
  if (!pod) return strangerOf(found, notes);
  const role = backupSelector?.matches(pod.metadata.labels) ? 'backup' : 'primary';
  const known = { address, port, ...(nodeName ? { node: nodeName } : {}) };
  // Unknown counts as ready, as the API says.
  return { ...known, ...podPart(pod, { ready: conditions.ready !== false, role, drainMs }, notes) };
}

/** An endpoint that is no pod, or of a pod that is not known yet: the slice alone tells of it. */
function strangerOf({ slice, endpoint, address, number: port }: Reachable, notes: Note[]): Server {
  const { targetRef, conditions = {}, nodeName } = endpoint;
  const name = targetRef?.name ?? hostAndPort(address, port);
  const base = {
    ...{ id: targetRef?.uid ?? name, name, address, port, ...(nodeName ? { node: nodeName } : {}) },
    role: isBackupSlice(slice) ? ('backup' as const) : ('primary' as const),
    weight: new AnnotationReader(slice, notes).weight(),
  };
  if (conditions.terminating) return { ...base, state: 'departing', reason: 'terminating' };
  if (conditions.ready === false) return { ...base, state: 'maint', reason: 'not ready' };
  return { ...base, state: 'ready' };
}

function backupOf(pod: V1Pod, port: V1ServicePort, drainMs: number, notes: Note[]): Server | undefined {
  const address = podAddress(pod);
  const number = podPort(pod, port);
  if (address === undefined || number === undefined || hasEnded(pod)) return undefined;
  const { nodeName } = pod.spec;
  const known = { address, port: number, ...(nodeName ? { node: nodeName } : {}) };
  return { ...known, ...podPart(pod, { ready: isReady(pod), role: 'backup', drainMs }, notes) };
}

interface PodView {
  readonly ready: boolean;
  readonly role: ServerRole;
  readonly drainMs: number;
}

type PodPart = Omit<Server, 'address' | 'port' | 'node' | 'maxconn'>;

function podPart(pod: V1Pod, { ready, role, drainMs }: PodView, notes: Note[]): PodPart {
  const { uid: id, name } = pod.metadata;
  const reader = new AnnotationReader(pod, notes);
  const base = { id, name, role, weight: reader.weight() };
  const by = departBy(pod, drainMs);
  if (by !== undefined) return { ...base, state: 'departing', reason: 'terminating', departBy: by };
  const state = reader.state();
  if (!ready && state !== 'maint') return { ...base, state: 'maint', reason: 'not ready' };
  return state === 'ready' ? { ...base, state } : { ...base, state, reason: `relevo.dev/state=${state}` };
}
