// The verbs of one resource. Answers of 400 and above are thrown as StatusError. Objects that come back are shared and immutable.

import type { KubeList, KubeObject, WatchEvent } from '../api/object.ts';
import { apiVersionOfResource, type Draft, type Resource, resourceName, resourcePath } from './resource.ts';
import { isStatusError } from './response-error.ts';
import type { TransportRequest, TransportResponse, WatchStream } from './transport.ts';

/** What the verbs are made of: a Client. */
export interface ApiCaller {
  readonly fieldManager: string;
  /** Rejects with the StatusError of an answer of 400 or above. */
  request(request: TransportRequest): Promise<TransportResponse>;
  watch(request: TransportRequest, onEvent: (event: WatchEvent) => void): Promise<WatchStream>;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface ListCallOptions extends CallOptions {
  labelSelector?: string;
  fieldSelector?: string;
  /** At most so many per page; the rest is behind metadata.continue. */
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}

export interface WatchCallOptions extends CallOptions {
  labelSelector?: string;
  fieldSelector?: string;
  /** Only changes after it; undefined starts with an ADDED for everything that is there. */
  resourceVersion?: string;
  /** The server ends the stream in an orderly way after so many seconds. */
  timeoutSeconds?: number;
}

export interface WriteOptions extends CallOptions {
  dryRun?: boolean;
  /** Default: derived by the server from the client's user agent. */
  fieldManager?: string;
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
}

export interface PatchOptions extends WriteOptions {
  /** Default `merge` (RFC 7386). */
  type?: 'merge' | 'json' | 'strategic';
  subresource?: string;
}

export interface ApplyOptions extends WriteOptions {
  /** Takes fields over from other managers instead of failing with a conflict. */
  force?: boolean;
  subresource?: string;
}

export interface DeleteOptions extends CallOptions {
  dryRun?: boolean;
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  preconditions?: { uid?: string; resourceVersion?: string };
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export class ResourceClient<T extends KubeObject> {
  readonly #client: ApiCaller;
  readonly #resource: Resource<T>;
  readonly #namespace: string | undefined;

  /** See Client.resource(). */
  constructor(client: ApiCaller, resource: Resource<T>, namespace: string | undefined) {
    this.#client = client;
    this.#resource = resource;
    this.#namespace = namespace;
  }

  get(name: string, options: CallOptions = {}): Promise<T> {
    return this.#send('GET', this.#path(name), undefined, options);
  }

  /** Like get(), but a missing object is undefined. */
  async find(name: string, options: CallOptions = {}): Promise<T | undefined> {
    try {
      return await this.get(name, options);
    } catch (error) {
      if (isStatusError(error, 404)) return undefined;
      throw error;
    }
  }

  /** Items carry apiVersion and kind even where the server leaves them out, as Kubernetes does. */
  async list(options: ListCallOptions = {}): Promise<KubeList<T>> {
    const { signal, limit, ...query } = options;
    const response = await this.#client.request({
      method: 'GET',
      path: resourcePath(this.#resource, this.#namespace),
      query: { ...query, limit: limit?.toString() },
      signal,
    });
    const list = response.body as KubeList<T>;
    return { ...list, items: (list.items ?? []).map((item) => this.#typed(item)) };
  }

  /** Bookmarks are asked for. See Transport.watch() for the stream. */
  watch(options: WatchCallOptions, onEvent: (event: WatchEvent<T>) => void): Promise<WatchStream> {
    const { signal, timeoutSeconds, ...query } = options;
    const request: TransportRequest = {
      method: 'GET',
      path: resourcePath(this.#resource, this.#namespace),
      query: {
        ...query,
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: timeoutSeconds?.toString(),
      },
      signal,
    };
    return this.#client.watch(request, (event) => onEvent(event as unknown as WatchEvent<T>));
  }

  create(draft: Draft<T>, options: WriteOptions = {}): Promise<T> {
    const path = resourcePath(this.#resource, this.#namespaceOf(draft.metadata.namespace));
    return this.#send('POST', path, this.#typed(draft), options);
  }

  /** Replaces the object; its resourceVersion, if set, must be the current one. */
  update(object: T, options: WriteOptions = {}): Promise<T> {
    return this.#send('PUT', this.#pathOf(object), this.#typed(object), options);
  }

  updateStatus(object: T, options: WriteOptions = {}): Promise<T> {
    return this.#send('PUT', this.#pathOf(object, 'status'), this.#typed(object), options);
  }

  patch(name: string, body: unknown, options: PatchOptions = {}): Promise<T> {
    const { type = 'merge', subresource, ...rest } = options;
    return this.#send('PATCH', this.#path(name, subresource), body, rest, patchTypes[type]);
  }

  /** Server-side apply: the body is all this manager cares about. */
  apply(name: string, body: unknown, options: ApplyOptions = {}): Promise<T> {
    const { force, subresource, fieldManager = this.#client.fieldManager, ...rest } = options;
    const query: Record<string, string> = force === undefined ? {} : { force: String(force) };
    const call = { ...rest, fieldManager };
    // JSON is YAML; the API has only the YAML media type for apply patches.
    return this.#send(
      'PATCH',
      this.#path(name, subresource),
      body,
      call,
      'application/apply-patch+yaml',
      query,
    );
  }

  /** Resolves with what the server answers: the object where it lingers (finalizers, grace period), else a Status. */
  async delete(name: string, options: DeleteOptions = {}): Promise<unknown> {
    const { signal, ...body } = options;
    const request: TransportRequest = { method: 'DELETE', path: this.#path(name), signal };
    const response = await this.#client.request({ ...request, body: deleteBody(body) });
    return response.body;
  }

  async deleteCollection(options: ListCallOptions & DeleteOptions = {}): Promise<void> {
    const { signal, labelSelector, fieldSelector, ...body } = options;
    await this.#client.request({
      method: 'DELETE',
      path: resourcePath(this.#resource, this.#namespace),
      query: { labelSelector, fieldSelector },
      body: deleteBody(body),
      signal,
    });
  }

  /** GET of a subresource, e.g. `scale`. */
  getSubresource<S = unknown>(name: string, subresource: string, options: CallOptions = {}): Promise<S> {
    return this.#send('GET', this.#path(name, subresource), undefined, options);
  }

  /** POST to a subresource, e.g. `binding`, `eviction`, `token`. */
  createSubresource<S = unknown>(
    name: string,
    subresource: string,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<S> {
    return this.#send('POST', this.#path(name, subresource), body, options);
  }

  /** PUT of a subresource, e.g. `scale`. */
  updateSubresource<S = unknown>(
    name: string,
    subresource: string,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<S> {
    return this.#send('PUT', this.#path(name, subresource), body, options);
  }

  async #send<S>(
    method: TransportRequest['method'],
    path: string,
    body: unknown,
    options: WriteOptions,
    contentType?: string,
    query: Record<string, string> = {},
  ): Promise<S> {
    const { signal, dryRun, fieldManager, fieldValidation } = options;
    const response = await this.#client.request({
      method,
      path,
      query: { ...query, fieldManager, fieldValidation, dryRun: dryRun ? 'All' : undefined },
      body,
      contentType,
      signal,
    });
    return response.body as S;
  }

  #typed<O extends { apiVersion?: string; kind?: string }>(object: O): O {
    if (object.kind && object.apiVersion) return object;
    return { ...object, apiVersion: apiVersionOfResource(this.#resource), kind: this.#resource.kind };
  }

  #path(name: string, subresource?: string): string {
    if (name === '') throw new TypeError(`a name of ${resourceName(this.#resource)} must not be empty`);
    return resourcePath(this.#resource, this.#namespaceOf(undefined), name, subresource);
  }

  #pathOf(object: T, subresource?: string): string {
    const { name, namespace } = object.metadata;
    return resourcePath(this.#resource, this.#namespaceOf(namespace), name, subresource);
  }

  #namespaceOf(own: string | undefined): string | undefined {
    if (!this.#resource.namespaced) return undefined;
    const namespace = this.#namespace ?? own;
    if (!namespace) throw new TypeError(`${resourceName(this.#resource)} are namespaced: name the namespace`);
    return namespace;
  }
}

function deleteBody(options: Omit<DeleteOptions, 'signal'>): unknown {
  const { dryRun, ...rest } = options;
  const asked = Object.values(rest).some((value) => value !== undefined) || dryRun;
  if (!asked) return undefined;
  return { apiVersion: 'v1', kind: 'DeleteOptions', ...rest, ...(dryRun ? { dryRun: ['All'] } : {}) };
}
