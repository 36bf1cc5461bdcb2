// metrics.k8s.io: nodes and pods, get and list, for `kubectl top` and the autoscaler. Only what has figures is shown; labels are
// those of the node or pod.

import type { V1beta1NodeMetrics, V1beta1PodMetrics } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import { formatQuantity } from '../../api/quantity.ts';
import { notFoundError } from '../../api/status.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { ResourceRoute } from '../api-server.ts';
import { representation } from '../content.ts';
import { selectionOf } from '../read/selection.ts';
import { type ApiResponse, jsonResponse } from '../request.ts';
import type { ResourceRequest } from '../resource-handler.ts';
import { tableOf } from '../table.ts';
import { allowVerbs, shown } from './body.ts';
import type { NodeUsage, PodUsage, Usage } from './metrics-source.ts';
import type { RouteParts } from './route-parts.ts';

type UsageParts = Pick<RouteParts, 'store' | 'clock' | 'metrics'>;

/** Over how long the kubelets average the use of processors. */
const window = '10s';
const group = 'metrics.k8s.io';

export function nodeMetricsRoute(parts: UsageParts): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'get', 'list');
    const measured = (await parts.metrics.nodeUsage()).flatMap((node) => nodeMetrics(parts, given, node));
    if (given.info.verb === 'list') return list(parts, given, measured);
    const { name } = given.info;
    const found = measured.find(({ metadata }) => metadata.name === name);
    if (!parts.store.get(`nodes/${name}`)) throw notFoundError({ group, resource: 'nodes' }, name);
    if (!found) throw notFoundError({ group, resource: 'nodemetrics' }, name);
    return shown(given, given.kind, found, parts.clock.now());
  };
}

export function podMetricsRoute(parts: UsageParts): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'get', 'list');
    const { namespace, name, verb } = given.info;
    const nodes = await parts.metrics.nodeUsage();
    const pods = nodes.flatMap((node) => node.pods);
    const wanted = namespace === '' ? pods : pods.filter((pod) => pod.namespace === namespace);
    const measured = wanted.flatMap((pod) => podMetrics(parts, given, pod));
    if (verb === 'list') return list(parts, given, measured);
    if (!parts.store.get(`pods/${namespace}/${name}`)) throw notFoundError({ group, resource: 'pods' }, name);
    const found = measured.find(({ metadata }) => metadata.name === name);
    if (!found) throw notFoundError({ group, resource: 'podmetrics' }, `${namespace}/${name}`);
    return shown(given, given.kind, found, parts.clock.now());
  };
}

/** None for a node that has left meanwhile. */
function nodeMetrics(
  { store, clock }: UsageParts,
  { kind }: ResourceRequest,
  { name, usage, atMs }: NodeUsage,
): AnyObject[] {
  const node = store.get(`nodes/${name}`)?.value;
  if (!node || !usage) return [];
  const { labels } = node.metadata;
  const metrics = {
    kind: kind.kind,
    apiVersion: kind.apiVersion,
    metadata: { name, creationTimestamp: timestamp(clock.now()), ...(labels ? { labels } : {}) },
    timestamp: timestamp(atMs),
    window,
    usage: quantities(usage),
  };
  return [metrics as unknown as V1beta1NodeMetrics & AnyObject];
}

function podMetrics(
  { store, clock }: UsageParts,
  { kind }: ResourceRequest,
  { namespace, name, atMs, containers }: PodUsage,
): AnyObject[] {
  const pod = store.get(`pods/${namespace}/${name}`)?.value;
  if (!pod) return [];
  const { labels } = pod.metadata;
  const metrics = {
    kind: kind.kind,
    apiVersion: kind.apiVersion,
    metadata: { name, namespace, creationTimestamp: timestamp(clock.now()), ...(labels ? { labels } : {}) },
    timestamp: timestamp(atMs),
    window,
    containers: containers.map((container) => ({ name: container.name, usage: quantities(container) })),
  };
  return [metrics as unknown as V1beta1PodMetrics & AnyObject];
}

const nanosPerUnit = 1_000_000_000n;

/** Processors in nano, memory in Ki where that is exact: as metrics-server writes them. */
function quantities({ cpuNanocores, memoryBytes }: Usage): Record<string, string> {
  const cpu = formatQuantity({ nanos: BigInt(Math.round(cpuNanocores)), format: 'DecimalSI' });
  const nanos = BigInt(Math.round(memoryBytes)) * nanosPerUnit;
  return { cpu, memory: formatQuantity({ nanos, format: 'BinarySI' }) };
}

function list(
  { store, clock }: UsageParts,
  { request, kind }: ResourceRequest,
  objects: AnyObject[],
): ApiResponse {
  const { query } = request;
  const selection = selectionOf(kind, query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '');
  const items = objects.filter((object) => selection.matches(object)).sort(byName);
  const metadata = { resourceVersion: String(store.revision) };
  const wanted = representation(request.header('accept'), query);
  if (wanted.as === 'Table')
    return jsonResponse(200, tableOf(kind, items, metadata, { ...wanted, now: clock.now() }));
  return jsonResponse(200, { kind: kind.listKind, apiVersion: kind.apiVersion, metadata, items });
}

function byName({ metadata: a }: AnyObject, { metadata: b }: AnyObject): number {
  const before = `${a.namespace ?? ''}/${a.name}`;
  const after = `${b.namespace ?? ''}/${b.name}`;
  return before < after ? -1 : before > after ? 1 : 0;
}
