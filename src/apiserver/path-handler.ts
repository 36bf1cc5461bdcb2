// The paths that name no resource: version, health, metrics, discovery, OpenAPI.

import { methodNotAllowed, StatusError } from '../api/status.ts';
import type { Attributes, User } from './auth/user.ts';
import type { Discovery } from './discovery/discovery.ts';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { OpenApi } from './openapi.ts';
import { type ApiRequest, type ApiResponse, jsonResponse, textResponse } from './request.ts';

export interface PathParts {
  discovery: Discovery;
  openApi: OpenApi;
  health: Health;
  metrics: Metrics;
  /** What /version says. */
  version: object;
  /** Further documents by path: OpenID configuration and keys. */
  documents: ReadonlyMap<string, () => object>;
}

const aggregatedType = /as=APIGroupDiscoveryList/;

export class PathHandler {
  readonly #parts: PathParts;

  constructor(parts: PathParts) {
    this.#parts = parts;
  }

  async handle(request: ApiRequest, info: Attributes, _user: User): Promise<ApiResponse> {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
    const path = info.path.length > 1 && info.path.endsWith('/') ? info.path.slice(0, -1) : info.path;
    const answer = (await this.#fixed(request, path)) ?? this.#discovered(path);
    if (!answer)
      throw new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
    return answer;
  }

  async #fixed(request: ApiRequest, path: string): Promise<ApiResponse | undefined> {
    const { version, health, metrics, openApi, documents, discovery } = this.#parts;
    switch (path) {
      case '/version':
        return jsonResponse(200, version);
      case '/metrics':
        return textResponse(200, await metrics.text(), metrics.registry.contentType);
      case '/api':
      case '/apis':
        return this.#root(request, path === '/api');
      case '/':
        return jsonResponse(200, { paths: rootPaths(discovery) });
    }
    if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return health.answer(path, request.query);
    if (path === '/openapi/v3' || path.startsWith('/openapi/v3/')) return openApi.answer(path, request);
    const document = documents.get(path);
    return document && jsonResponse(200, document());
  }

  #root(request: ApiRequest, core: boolean): ApiResponse {
    const { discovery } = this.#parts;
    const accept = request.header('accept') ?? '';
    if (aggregatedType.test(accept) && accept.includes('v=v2')) {
      const contentType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
      return { ...jsonResponse(200, discovery.aggregated(core)), contentType } as ApiResponse;
    }
    return jsonResponse(200, core ? discovery.coreVersions() : discovery.groupList());
  }

  #discovered(path: string): ApiResponse | undefined {
    const { discovery } = this.#parts;
    const [root, first = '', second] = path.slice(1).split('/');
    let document: object | undefined;
    if (root === 'api') document = discovery.resourceList('', first);
    else if (root === 'apis') {
      document = second === undefined ? discovery.group(first) : discovery.resourceList(first, second);
    }
    return document && jsonResponse(200, document);
  }
}

function rootPaths(discovery: Discovery): string[] {
  const { groups } = discovery.groupList() as {
    groups: { name: string; versions: { groupVersion: string }[] }[];
  };
  const groupPaths = groups.flatMap(({ name, versions }) => [
    `/apis/${name}`,
    ...versions.map(({ groupVersion }) => `/apis/${groupVersion}`),
  ]);
  return [
    '/api',
    '/api/v1',
    '/apis',
    ...groupPaths,
    '/healthz',
    '/livez',
    '/metrics',
    '/openapi/v3',
    '/readyz',
    '/version',
  ];
}
