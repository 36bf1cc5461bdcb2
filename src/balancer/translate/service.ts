// From one Service, with all that is known of it, to its frontends and backends. Pure: the same in, the same out.

import type { V1EndpointSlice, V1Node, V1Pod, V1Service, V1ServicePort } from '../../api/generated/types.ts';
import { type LabelSelectorMatcher, labelSelectorFromObject } from '../../api/selectors.ts';
import { defaultRequestLimits } from '../../lb/defaults.ts';
import type { Backend, Bind, ClientTimeouts, Frontend, Mode, Server } from '../../lb/model.ts';
import {
  type BackendSettings,
  backendSettings,
  clientTimeouts,
  completeSpec,
  plainSorry,
} from '../../lb/policy/settings.ts';
import { AnnotationReader, annotation } from '../annotations.ts';
import type { Note } from '../note.ts';
import type { PolicyInForce } from '../policy/policies.ts';

import { nodeServers, servingNodes } from './node-servers.ts';
import { podServers } from './pod-servers.ts';

import { modeOfPort } from './service-mode.ts';
import { type PlaceOptions, placesOf } from './service-places.ts';

export interface ServiceSources {
  readonly key: string;
  readonly service: V1Service;
  readonly policy: PolicyInForce | undefined;
  readonly slices: readonly V1EndpointSlice[];
  podByUid(uid: string): V1Pod | undefined;
  /** The pods of the namespace that these labels are of. */
  podsOf(selector: LabelSelectorMatcher): readonly V1Pod[];
  readonly nodes: () => readonly V1Node[];
  /** Undefined: as many as are listed. Asked only where backups depend on it. */
  expectedPrimaries(backups: LabelSelectorMatcher): number | undefined;
  readonly loadBalancerAddress: string | undefined;
  /** The ports that Ingresses lead to, by portKey(). */
  readonly ingressPorts: ReadonlySet<string>;
  readonly places: PlaceOptions;
  /** CIDRs, besides those of annotations. */
  readonly trustedProxies: readonly string[];
}

export interface ServiceTranslation {
  readonly frontends: readonly Frontend[];
  readonly backends: readonly Backend[];
  readonly notes: readonly Note[];
}

/** What tells ports of a Service apart, in names of frontends and backends. */
export function portKey({ name, port }: Pick<V1ServicePort, 'name' | 'port'>): string {
  return name || String(port);
}

/** `default/web:http`. */
export function backendName(serviceKey: string, port: V1ServicePort): string {
  return `${serviceKey}:${portKey(port)}`;
}

/** Whether the backend is one of the Service's. */
export function isBackendOf(backend: string, serviceKey: string): boolean {
  return backend.startsWith(`${serviceKey}:`);
}

/** The backend of what Ingresses lead to a port: the Service's own, or one beside it where that is balanced by connection. */
export function ingressBackendName(serviceKey: string, port: V1ServicePort, mode: Mode): string {
  const name = backendName(serviceKey, port);
  return mode === 'http' ? name : `${name}@ingress`;
}

export function translateService(sources: ServiceSources): ServiceTranslation {
  const { service } = sources;
  const notes: Note[] = [];
  const parts = partsOf(sources);
  const ports = (service.spec?.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const frontends: Frontend[] = [];
  const backends: Backend[] = [];
  for (const port of ports) {
    const binds = placesOf(service, port, sources.loadBalancerAddress, sources.places);
    const mode = modeOfPort(port, sources.policy !== undefined);
    const routed = sources.ingressPorts.has(portKey(port));
    if (binds.length === 0 && !routed) continue;
    const servers = serversOf(port, sources, parts, notes);
    if (binds.length > 0) frontends.push(frontendOf(port, mode, binds, sources, parts, notes));
    if (binds.length > 0 || mode === 'http') {
      backends.push(backendOf(backendName(sources.key, port), mode, servers, parts));
    }
    if (routed && mode !== 'http') {
      backends.push(backendOf(ingressBackendName(sources.key, port, mode), 'http', servers, parts));
    }
  }
  return { frontends, backends, notes };
}

/** What all ports of the Service have in common. */
interface Parts {
  readonly settings: BackendSettings;
  readonly timeouts: ClientTimeouts;
  readonly ofPolicy: boolean;
  readonly fromNodes: boolean;
  readonly affinity: { affinityMs?: number };
  readonly expected: { expectedPrimaries?: number };
  readonly backups: LabelSelectorMatcher | undefined;
}

const plainSpec = completeSpec({ targetRef: { kind: 'Service', name: '' } });
const plainSettings = backendSettings(plainSpec, plainSorry);
/** Nobody checks servers without a policy: one that fell silent is found by its users, who are not to wait for long. */
const plainConnectMs = 200;
const plain = {
  settings: { ...plainSettings, timeouts: { ...plainSettings.timeouts, connectMs: plainConnectMs } },
  timeouts: clientTimeouts(plainSpec),
};
/** The longest that timers take: a connection that nobody made a rule for is kept however long it is silent. */
const longestMs = 2 ** 31 - 1;
const unbounded = {
  settings: {
    // Nothing but connections that fail tells of a server here: one is enough.
    observe: { ...plain.settings.observe, failures: 1, ejectForMs: 1_000 },
    timeouts: { ...plain.settings.timeouts, serverMs: longestMs, tunnelMs: longestMs },
  },
  timeouts: { clientMs: longestMs, idleMs: longestMs },
};

function partsOf(sources: ServiceSources): Parts {
  const { policy, service } = sources;
  const backup = policy?.spec.backup;
  const backups = backup ? labelSelectorFromObject(backup.selector) : undefined;
  const fromNodes = policy?.spec.servers.from === 'nodes';
  return {
    settings: (policy ?? plain).settings,
    timeouts: (policy ?? plain).timeouts,
    ...{ ofPolicy: policy !== undefined, fromNodes, backups },
    affinity: affinityOf(service),
    expected: expectedOf(sources, fromNodes, backups),
  };
}

function affinityOf({ spec }: V1Service): { affinityMs?: number } {
  if (spec?.sessionAffinity !== 'ClientIP') return {};
  return { affinityMs: (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1_000 };
}

function expectedOf(
  sources: ServiceSources,
  fromNodes: boolean,
  backups: LabelSelectorMatcher | undefined,
): { expectedPrimaries?: number } {
  if (!backups) return {};
  const expected = fromNodes ? servingNodes(sources.nodes()).length : sources.expectedPrimaries(backups);
  return expected === undefined ? {} : { expectedPrimaries: expected };
}

function serversOf(port: V1ServicePort, sources: ServiceSources, parts: Parts, notes: Note[]): Server[] {
  const { slices, podByUid, nodes } = sources;
  const { backups: backupSelector, fromNodes, settings } = parts;
  const backups = backupSelector ? sources.podsOf(backupSelector) : [];
  const pods = { podByUid, backups, backupSelector, drainMs: settings.drainMs };
  if (!fromNodes) return podServers({ ...pods, slices }, port, notes);
  return [...nodeServers(nodes(), port, notes), ...podServers({ ...pods, slices: [] }, port, notes)];
}

function frontendOf(
  port: V1ServicePort,
  mode: Mode,
  binds: readonly Bind[],
  { key, service, trustedProxies }: ServiceSources,
  { timeouts, ofPolicy }: Parts,
  notes: Note[],
): Frontend {
  const reader = new AnnotationReader(service, notes);
  const bodyBytes = reader.bytes(annotation.bodyLimit);
  return {
    ...{ name: backendName(key, port), mode, binds, routes: [], defaultBackend: backendName(key, port) },
    trustedProxies: [...trustedProxies, ...reader.ranges(annotation.trustedProxies)],
    proxyProtocolFrom: reader.ranges(annotation.proxyProtocolFrom),
    limits: bodyBytes === undefined ? defaultRequestLimits : { ...defaultRequestLimits, bodyBytes },
    timeouts: mode === 'tcp' && !ofPolicy ? unbounded.timeouts : timeouts,
  };
}

function backendOf(name: string, mode: Mode, servers: readonly Server[], parts: Parts): Backend {
  const { settings, ofPolicy, affinity, expected } = parts;
  const lasting = mode === 'tcp' && !ofPolicy ? unbounded.settings : {};
  return { name, mode, servers, ...settings, ...lasting, ...affinity, ...expected };
}
