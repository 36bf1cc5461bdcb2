// Connects what an import has gathered: pages, statistics, header fields and redirects find the frontends that they are for.

import { withoutUndefined } from '../../base/without-undefined.ts';
import type { PageConfig, RouteConfig } from '../config/config-types.ts';
import type { BackendDraft, DeepPartial, FrontendDraft, LooseConfig, StatisticsDraft } from './draft.ts';

type Routes = DeepPartial<RouteConfig>[];

export function assemble(
  frontends: readonly FrontendDraft[],
  backends: ReadonlyMap<string, BackendDraft>,
  routesOf: ReadonlyMap<FrontendDraft, Routes>,
): LooseConfig {
  const statistics = statisticsOf(frontends, backends);
  // One that listens for nothing but the statistics: they have an address of their own.
  const own = frontends.filter((draft) => !isOnlyStatistics(draft, backends));
  return {
    frontends: own.map((draft) => frontendOf(draft, backends, routesOf.get(draft) ?? [], statistics?.path)),
    backends: [...backends.values()].filter(({ servers }) => servers.length > 0).map(backendOf),
    ...(statistics ? { statistics } : {}),
  };
}

function frontendOf(
  draft: FrontendDraft,
  backends: ReadonlyMap<string, BackendDraft>,
  routes: Routes,
  statisticsPath: string | undefined,
): NonNullable<LooseConfig['frontends']>[number] {
  const { config, errorPages, statistics, redirectsToHttps } = draft;
  const target = config.defaultBackend === undefined ? undefined : backends.get(config.defaultBackend);
  const shows = statistics.enabled || target?.statistics.enabled;
  const all: Routes = [
    ...(shows && statisticsPath ? [{ exactPath: statisticsPath.split('?')[0], statistics: true }] : []),
    ...(redirectsToHttps ? [{ redirect: 'https' as const }] : routes),
  ];
  const changed = all.map((route) => withHeaders(route, draft, backends));
  const plain = withHeaders({ backend: config.defaultBackend }, draft, backends);
  const needsRoute =
    config.defaultBackend !== undefined && Object.keys(plain).length > 1 && !redirectsToHttps;
  const pages = [...(target?.pages ?? []), ...errorPages].filter(([status]) => status !== '503');
  return {
    ...config,
    ...(all.length > 0 || needsRoute ? { routes: needsRoute ? [...changed, plain] : changed } : {}),
    ...(pages.length > 0
      ? { errorPages: [...new Map(pages)].map(([status, page]) => ({ status: Number(status), ...page })) }
      : {}),
  } as NonNullable<LooseConfig['frontends']>[number];
}

function withHeaders(
  route: DeepPartial<RouteConfig>,
  { headers }: FrontendDraft,
  backends: ReadonlyMap<string, BackendDraft>,
): DeepPartial<RouteConfig> {
  if (route.backend === undefined) return route;
  const own = backends.get(route.backend)?.headers;
  const request = [...headers.request, ...(own?.request ?? [])];
  const response = [...headers.response, ...(own?.response ?? [])];
  return {
    ...route,
    ...(request.length > 0 ? { requestHeaders: request } : {}),
    ...(response.length > 0 ? { responseHeaders: response } : {}),
  };
}

function backendOf({
  config,
  servers,
  check,
  pages,
}: BackendDraft): NonNullable<LooseConfig['backends']>[number] {
  const page: PageConfig | undefined = pages.get('503');
  const [first, ...others] = servers.map(({ maxconn }) => maxconn);
  const isShared = first !== undefined && others.every((maxconn) => maxconn === first);
  const limits = { ...config.perServer, ...(isShared ? { maxconn: first } : {}) };
  const isChecked = check.isOn || check.agentPort !== undefined;
  return withoutUndefined({
    ...config,
    servers: servers.map(({ maxconn, ...server }) =>
      withoutUndefined({ ...server, ...(isShared ? {} : { maxconn }) }),
    ),
    perServer: Object.keys(limits).length > 0 ? limits : undefined,
    check: isChecked
      ? withoutUndefined({
          ...config.check,
          http: check.http,
          agent: check.agentPort === undefined ? undefined : { port: check.agentPort },
        })
      : undefined,
    sorry: page ? { pages: [page] } : undefined,
  }) as NonNullable<LooseConfig['backends']>[number];
}

/** Of all sections that have some, what the first one says. */
function statisticsOf(
  frontends: readonly FrontendDraft[],
  backends: ReadonlyMap<string, BackendDraft>,
): LooseConfig['statistics'] {
  const all = [...frontends, ...backends.values()].map(({ statistics }) => statistics);
  const found = all.filter(({ enabled }) => enabled);
  if (found.length === 0) return undefined;
  const first = <K extends keyof StatisticsDraft>(key: K) =>
    found.find((one) => one[key] !== undefined)?.[key];
  const alone = frontends.find((draft) => isOnlyStatistics(draft, backends));
  return withoutUndefined({
    bind: alone?.config.bind[0],
    path: first('uri') ?? '/haproxy?stats',
    user: first('user'),
    password: first('password'),
  });
}

function isOnlyStatistics(draft: FrontendDraft, backends: ReadonlyMap<string, BackendDraft>): boolean {
  const { config, statistics, routes } = draft;
  const target = config.defaultBackend === undefined ? undefined : backends.get(config.defaultBackend);
  const shows = statistics.enabled || target?.statistics.enabled;
  return shows === true && routes.length === 0 && (target?.servers.length ?? 0) === 0;
}
