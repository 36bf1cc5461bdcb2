// The API server's core: who asks, may they, what do they want, and the answer. It knows nothing of sockets; http-server.ts and the
// in-process transport carry requests to it.

import { forbiddenError, notFoundError, StatusError } from '../api/status.ts';
import type { Logger } from '../base/logger.ts';
import { Warnings } from './admission/admission.ts';
import type { RequestAttributes } from './auth/authorizer.ts';
import { forbiddenText } from './auth/forbidden.ts';
import type { Attributes, AuthorizationDecision, User } from './auth/user.ts';
import { toStatusError } from './errors.ts';
import type { Metrics } from './metrics.ts';
import type { PathHandler } from './path-handler.ts';
import { type ApiRequest, type ApiResponse, jsonResponse } from './request.ts';
import { requestInfo } from './request-info.ts';
import type { ResourceHandler, ResourceRequest } from './resource-handler.ts';
import type { Scheme, ServedKind } from './scheme.ts';

/** Who a request comes from, with impersonation already done. Throws 401 or 403. */
export interface Gate {
  authenticate(request: ApiRequest): Promise<User>;
  authorize(user: User, attributes: RequestAttributes): AuthorizationDecision;
}

/** A subresource or kind that is not served by the generic handler. */
export type ResourceRoute = (given: ResourceRequest) => Promise<ApiResponse>;

export interface ApiServerParts {
  gate: Gate;
  scheme: Scheme;
  resources: ResourceHandler;
  /** By `resource/subresource` (`pods/binding`) or, for whole kinds, `resource` with its group (`tokenreviews.authentication.k8s.io`). */
  routes: ReadonlyMap<string, ResourceRoute>;
  paths: PathHandler;
  metrics: Metrics;
  logger: Logger;
}

export class ApiServer {
  readonly #parts: ApiServerParts;

  constructor(parts: ApiServerParts) {
    this.#parts = parts;
  }

  /** Never rejects: every failure is an answer with a Status. */
  async handle(request: ApiRequest): Promise<ApiResponse> {
    const warnings = new Warnings();
    const done = this.#parts.metrics.begin(request.method);
    let response: ApiResponse;
    try {
      response = await this.#answer(request, warnings);
    } catch (thrown) {
      response = this.failure(thrown);
    }
    done(response.kind === 'payload' ? response.status : 200);
    return withWarnings(response, warnings);
  }

  /** What a failure is answered with; also for carriers whose own part of a request failed. */
  failure(thrown: unknown): ApiResponse {
    const error = toStatusError(thrown, (unexpected) =>
      this.#parts.logger.error('a request failed unexpectedly', { error: unexpected }),
    );
    const retryAfter = error.status.details?.retryAfterSeconds;
    const headers: Record<string, string> =
      retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    if (error.code === 401) headers['www-authenticate'] = 'Bearer';
    return jsonResponse(error.code, error.status, headers);
  }

  async #answer(request: ApiRequest, warnings: Warnings): Promise<ApiResponse> {
    const { gate, scheme, paths } = this.#parts;
    const info = requestInfo(request.method, request.path, request.query);
    const user = request.user ?? (await gate.authenticate(request));
    const decision = gate.authorize(user, withSelector(info, request.query));
    if (!decision.allowed) throw refusal(user, info, decision);
    if (!info.isResource) return paths.handle(request, info, user);
    const kind = scheme.find(info.group, info.version, info.resource);
    if (!kind || !isPlaceRight(kind, info)) throw noSuchPath();
    if (kind.deprecation) warnings.add(kind.deprecation);
    return this.#route({ request, info, kind, user, warnings });
  }

  async #route(given: ResourceRequest): Promise<ApiResponse> {
    const { info, kind } = given;
    const { routes, resources } = this.#parts;
    const { subresource } = info;
    const name = subresource === '' ? kind.storageResource : `${kind.storageResource}/${subresource}`;
    const route =
      routes.get(name) ??
      (subresource === 'scale' && kind.subresources.scale ? routes.get('*/scale') : undefined);
    if (route) return route(given);
    if (subresource !== '' && subresource !== 'status') throw notFoundError(kind.resourceName, info.name);
    return resources.handle(given);
  }
}

const selecting = new Set(['list', 'watch', 'deletecollection']);

/** Some rules depend on what is selected: a kubelet may list its own pods only. */
function withSelector(info: Attributes, query: URLSearchParams): RequestAttributes {
  const fieldSelector = selecting.has(info.verb) ? query.get('fieldSelector') : null;
  return fieldSelector ? { ...info, fieldSelector } : info;
}

/** A namespaced kind is reached through a namespace, but for lists and watches over all of them; a cluster-scoped one never is. */
function isPlaceRight(kind: ServedKind, { namespace, verb }: Attributes): boolean {
  if (!kind.namespaced) return namespace === '' || kind.kind === 'Namespace';
  return namespace !== '' || verb === 'list' || verb === 'watch';
}

function noSuchPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

function refusal(user: User, info: Attributes, decision: AuthorizationDecision): StatusError {
  const text = forbiddenText(user, info);
  const detail = decision.reason === '' ? text : `${text}: ${decision.reason}`;
  if (!info.isResource) return new StatusError(403, 'Forbidden', `forbidden: ${detail}`);
  return forbiddenError({ group: info.group, resource: info.resource }, info.name, detail);
}

/** RFC 7234's Warning header as Kubernetes sends it: code 299, agent `-`. */
function withWarnings(response: ApiResponse, warnings: Warnings): ApiResponse {
  const texts = warnings.all();
  if (texts.length === 0 || response.kind === 'proxy') return response;
  const value = texts.map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`).join(', ');
  return { ...response, headers: { ...response.headers, warning: value } };
}
