// The imported configuration as Kubernetes objects: for each backend a Service without a selector, EndpointSlices with its servers, and a
// BackendPolicy; an Ingress where routes choose by host or path. What Kubernetes has no place for is told.

import { isIPv4 } from '../../api/ip-address.ts';
import { roleLabel, weightAnnotation } from '../../api/relevo/server-annotations.ts';
import { addressPort } from '../config/address-port.ts';
import { answerFile } from '../config/answer-file.ts';
import type { LooseConfig } from './draft.ts';

type BackendOut = NonNullable<LooseConfig['backends']>[number];
type FrontendOut = NonNullable<LooseConfig['frontends']>[number];
type ServerOut = NonNullable<BackendOut['servers']>[number];
export type ManifestOut = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; [field: string]: unknown };
} & Record<string, unknown>;

const portName = 'main';

/** `texts` are the files of pages, by their names. */
export function toManifests(
  config: LooseConfig,
  texts: ReadonlyMap<string, string>,
): { manifests: ManifestOut[]; left: string[] } {
  const left: string[] = [];
  const backends = config.backends ?? [];
  const manifests = backends.flatMap((backend) => {
    const name = objectName(backend.name ?? '');
    const port = listenPortOf(config.frontends ?? [], backend.name);
    return [
      service(name, backend, port),
      ...slices(name, backend, left),
      ...sorryMap(name, backend, texts),
      policy(name, backend, ownFrontend(config.frontends ?? [], backend.name), left),
    ];
  });
  for (const frontend of config.frontends ?? []) left.push(...withoutPlace(frontend));
  const ingress = ingressOf(config.frontends ?? [], backends, left);
  return { manifests: [...manifests, ...(ingress ? [ingress] : [])], left };
}

function objectName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 52) || 'backend'
  );
}

function ownFrontend(
  frontends: readonly FrontendOut[],
  backend: string | undefined,
): FrontendOut | undefined {
  return frontends.find(({ defaultBackend }) => defaultBackend === backend);
}

/** What a frontend may have, and no object of Kubernetes has. */
const frontendOnly = {
  maxconn: 'the limit of connections',
  errorPages: 'pages for answers of the balancer but the sorry page',
  tls: 'certificates: make a Secret of type kubernetes.io/tls for an Ingress',
} as const;

function withoutPlace(frontend: FrontendOut): string[] {
  return Object.entries(frontendOnly).flatMap(([field, what]) =>
    field in frontend ? [`frontend ${frontend.name}: ${what}`] : [],
  );
}

/** The port that its frontend has for it, else 80. */
function listenPortOf(frontends: readonly FrontendOut[], backend: string | undefined): number {
  const [first] = ownFrontend(frontends, backend)?.bind ?? [];
  return first === undefined ? 80 : addressPort(first, '0.0.0.0').port;
}

function service(name: string, backend: BackendOut, port: number): ManifestOut {
  const appProtocol = backend.mode === 'tcp' ? 'tcp' : 'http';
  const ports = [{ name: portName, port, protocol: 'TCP', appProtocol }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'LoadBalancer', ports } };
}

/** One slice for all servers with the same port, weight and role. */
function slices(service: string, backend: BackendOut, left: string[]): ManifestOut[] {
  const groups = new Map<string, ServerOut[]>();
  for (const server of (backend.servers ?? []) as ServerOut[]) {
    const { address, port } = addressPort(server.address ?? '');
    if (!isIPv4(address))
      left.push(`server ${server.name}: an EndpointSlice has addresses, not the name "${address}"`);
    else {
      const key = `${port} ${server.weight ?? 1} ${server.backup === true}`;
      groups.set(key, [...(groups.get(key) ?? []), server]);
    }
  }
  return [...groups.values()].map((servers, index) => slice(`${service}-${index + 1}`, service, servers));
}

function slice(name: string, service: string, servers: readonly ServerOut[]): ManifestOut {
  const [first] = servers;
  const { port } = addressPort(first?.address ?? '');
  const labels = {
    'kubernetes.io/service-name': service,
    'endpointslice.kubernetes.io/managed-by': 'relevo-import',
    ...(first?.backup ? { [roleLabel]: 'backup' } : {}),
  };
  const annotations =
    first?.weight === undefined ? {} : { annotations: { [weightAnnotation]: `${first.weight}` } };
  return {
    ...{
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, labels, ...annotations },
    },
    ...{ addressType: 'IPv4', ports: [{ name: portName, port, protocol: 'TCP' }] },
    endpoints: servers.map((server) => ({
      addresses: [addressPort(server.address ?? '').address],
      conditions: { ready: server.state !== 'maint' },
    })),
  };
}

function sorryMap(name: string, { sorry }: BackendOut, texts: ReadonlyMap<string, string>): ManifestOut[] {
  const file = sorry?.pages?.[0]?.file;
  const text = file === undefined ? undefined : texts.get(file);
  if (text === undefined) return [];
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-sorry` },
      data: { 'index.html': answerFile(text).body },
    },
  ];
}

function policy(
  name: string,
  backend: BackendOut,
  frontend: FrontendOut | undefined,
  left: string[],
): ManifestOut {
  const {
    name: _name,
    mode: _mode,
    servers = [],
    perServer,
    backup,
    sorry,
    affinity: _affinity,
    ...rest
  } = backend;
  const limits = servers.map((server) => server?.maxconn).filter((limit) => limit !== undefined);
  if (new Set(limits).size > 1)
    left.push(`backend ${backend.name}: all servers of a Service have one maxconn`);
  const maxconn = limits[0] ?? perServer?.maxconn;
  const own = { ...perServer, ...(maxconn === undefined ? {} : { maxconn }) };
  const hasBackups = servers.some((server) => server?.backup);
  return {
    ...{ apiVersion: 'relevo.dev/v1alpha1', kind: 'BackendPolicy', metadata: { name } },
    spec: {
      targetRef: { kind: 'Service', name },
      ...rest,
      ...(frontend?.timeouts || rest.timeouts
        ? { timeouts: { ...frontend?.timeouts, ...rest.timeouts } }
        : {}),
      ...(Object.keys(own).length > 0 ? { servers: own } : {}),
      ...(backup && hasBackups
        ? { backup: { ...backup, selector: { matchLabels: { 'relevo.dev/backup-of': name } } } }
        : {}),
      ...(sorry?.pages?.[0] ? { sorry: { configMap: { name: `${name}-sorry` } } } : {}),
    },
  };
}

function ingressOf(
  frontends: readonly FrontendOut[],
  backends: readonly BackendOut[],
  left: string[],
): ManifestOut | undefined {
  const routes = frontends.flatMap(({ routes = [] }) => routes);
  const known = new Set(backends.map(({ name }) => name));
  const led = routes.filter((route) => route?.backend !== undefined && known.has(route.backend));
  const others = routes.length - led.length;
  if (others > 0)
    left.push(
      `${others} routes to the statistics or redirects: an Ingress has none; see relevo.dev/ssl-redirect`,
    );
  const chosen = led.filter((route) => route?.host ?? route?.path ?? route?.exactPath);
  if (chosen.length === 0) return undefined;
  const rules = chosen.map((route) => ({
    ...(route?.host === undefined ? {} : { host: route.host }),
    http: {
      paths: [
        {
          path: route?.exactPath ?? route?.path ?? '/',
          pathType: route?.exactPath === undefined ? 'Prefix' : 'Exact',
          backend: { service: { name: objectName(route?.backend ?? ''), port: { name: portName } } },
        },
      ],
    },
  }));
  const fallback = frontends.find(({ defaultBackend }) => defaultBackend !== undefined)?.defaultBackend;
  const defaultBackend =
    fallback === undefined
      ? {}
      : { defaultBackend: { service: { name: objectName(fallback), port: { name: portName } } } };
  return {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'imported' } },
    spec: { ...defaultBackend, rules },
  };
}
