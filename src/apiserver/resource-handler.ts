// The verbs of one resource: picks reader, watcher, writer, patcher or deleter, and the representation of the answer.

import type { AnyObject } from '../api/object.ts';
import { methodNotAllowed, notFoundError } from '../api/status.ts';
import type { Clock } from '../base/clock.ts';
import type { Store, Stored } from '../store/store.ts';
import type { Warnings } from './admission/admission.ts';
import type { Attributes, User } from './auth/user.ts';
import { type Representation, representation } from './content.ts';
import { fromStorage, storedPayload } from './conversion.ts';
import { deleteOptions, writeOptions } from './options.ts';
import { listedObjects, listPayload, type Reader } from './read/reader.ts';
import { type Present, presentPlain, type Watcher } from './read/watcher.ts';
import { type ApiRequest, type ApiResponse, objectPayload, valuePayload } from './request.ts';
import type { ServedKind } from './scheme.ts';
import { partialMetadata, tableOf } from './table.ts';
import { checkedKind, checkFields, mediaType, objectMediaTypes, parseBody } from './write/decode.ts';
import { type Deleter, isNotFound } from './write/deleter.ts';
import { fieldManager } from './write/field-manager.ts';
import type { Patcher } from './write/patcher.ts';
import type { WriteContext } from './write/request-context.ts';
import type { Writer, Written } from './write/writer.ts';

export interface ResourceParts {
  store: Store;
  reader: Reader;
  watcher: Watcher;
  writer: Writer;
  patcher: Patcher;
  deleter: Deleter;
  clock: Clock;
}

/** One request to one resource, with everything that was found out about it. */
export interface ResourceRequest {
  request: ApiRequest;
  info: Attributes;
  kind: ServedKind;
  user: User;
  warnings: Warnings;
}

/** How many deletions of a deletecollection are under way at once. */
const deleteConcurrency = 64;

export class ResourceHandler {
  readonly #parts: ResourceParts;

  constructor(parts: ResourceParts) {
    this.#parts = parts;
  }

  /** Serves the main resource and its status subresource. Throws StatusErrors. */
  async handle(given: ResourceRequest): Promise<ApiResponse> {
    const { info, kind } = given;
    if (info.subresource === 'status' && !kind.subresources.status)
      throw notFoundError(kind.resourceName, info.name);
    if (!kind.verbs.includes(info.verb)) throw methodNotAllowed();
    switch (info.verb) {
      case 'get':
        return this.#get(given);
      case 'list':
        return this.#list(given);
      case 'watch':
        return this.#watch(given);
      case 'create':
        return this.#create(given);
      case 'update':
        return this.#update(given);
      case 'patch':
        return this.#patch(given);
      case 'delete':
        return this.#delete(given);
      case 'deletecollection':
        return this.#deleteCollection(given);
      default:
        throw methodNotAllowed();
    }
  }

  async #get({ request, info, kind }: ResourceRequest): Promise<ApiResponse> {
    const version = request.query.get('resourceVersion') ?? '';
    const stored = await this.#parts.reader.get(kind, info.namespace, info.name, version);
    return this.#present(request, 200, kind, stored.value, stored);
  }

  async #list({ request, info, kind }: ResourceRequest): Promise<ApiResponse> {
    const wanted = representation(request.header('accept'), request.query);
    const outcome = await this.#parts.reader.list(kind, info.namespace, request.query);
    if (wanted.as === 'object') {
      return { kind: 'payload', status: 200, payload: listPayload(kind, outcome) };
    }
    const objects = listedObjects(kind, outcome);
    const value =
      wanted.as === 'Table'
        ? tableOf(kind, objects, outcome.metadata, { ...wanted, now: this.#parts.clock.now() })
        : {
            kind: 'PartialObjectMetadataList',
            apiVersion: `meta.k8s.io/${wanted.version}`,
            metadata: outcome.metadata,
            items: objects.map((object) => partialMetadata(object, wanted.version)),
          };
    return { kind: 'payload', status: 200, payload: valuePayload(value) };
  }

  async #watch({ request, info, kind }: ResourceRequest): Promise<ApiResponse> {
    const present = this.#presentEvents(representation(request.header('accept'), request.query));
    const query = new URLSearchParams(request.query);
    if (info.name !== '') query.set('fieldSelector', `metadata.name=${info.name}`);
    return { kind: 'watch', start: this.#parts.watcher.prepare(kind, info.namespace, query, present) };
  }

  #presentEvents(wanted: Representation): Present {
    if (wanted.as === 'object') return presentPlain;
    if (wanted.as !== 'Table') return (_, object) => valuePayload(partialMetadata(object, wanted.version));
    let first = true;
    return (kind, object) => {
      const metadata = { resourceVersion: object.metadata.resourceVersion };
      const table = tableOf(kind, [object], metadata, { ...wanted, now: this.#parts.clock.now() }, first);
      first = false;
      return valuePayload(table);
    };
  }

  async #create(given: ResourceRequest): Promise<ApiResponse> {
    const context = writeContext(given, 'CreateOptions');
    const object = await this.#decoded(given, context);
    if (given.info.name !== '') object.metadata.name ||= given.info.name;
    return this.#written(given, await this.#parts.writer.create(context, object), 201);
  }

  async #update(given: ResourceRequest): Promise<ApiResponse> {
    const context = writeContext(given, 'UpdateOptions');
    const object = await this.#decoded(given, context);
    return this.#written(given, await this.#parts.writer.update(context, object), 200);
  }

  async #patch(given: ResourceRequest): Promise<ApiResponse> {
    const context = writeContext(given, 'PatchOptions');
    const { request } = given;
    const written = await this.#parts.patcher.patch(
      context,
      request.header('content-type'),
      await request.body(),
    );
    return this.#written(given, written, written.created ? 201 : 200);
  }

  async #delete(given: ResourceRequest): Promise<ApiResponse> {
    const options = deleteOptions(given.request.query, await this.#optionsBody(given.request));
    const deleted = await this.#parts.deleter.delete(writeContext(given, 'DeleteOptions'), options);
    if (deleted.gone) return { kind: 'payload', status: 200, payload: valuePayload(deleted.status) };
    return { kind: 'payload', status: 200, payload: objectPayload(deleted.object) };
  }

  async #deleteCollection(given: ResourceRequest): Promise<ApiResponse> {
    const { request, info, kind } = given;
    const options = deleteOptions(request.query, await this.#optionsBody(request));
    const outcome = await this.#parts.reader.list(kind, info.namespace, request.query);
    const pending = outcome.items.values();
    const context = writeContext(given, 'DeleteOptions');
    const worker = async (): Promise<void> => {
      for (const { value } of pending) {
        const { name, namespace = '' } = value.metadata;
        try {
          await this.#parts.deleter.delete({ ...context, name, namespace }, options);
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(deleteConcurrency, outcome.items.length) }, worker));
    return { kind: 'payload', status: 200, payload: listPayload(kind, outcome) };
  }

  /** The object in the body, checked field by field. */
  async #decoded({ request, kind, warnings }: ResourceRequest, context: WriteContext): Promise<AnyObject> {
    const type = mediaType(request.header('content-type'), objectMediaTypes);
    const { value, duplicates } = await parseBody(await request.body(), type);
    const object = checkedKind(kind, value);
    checkFields(kind, object, context.options.fieldValidation, warnings, duplicates);
    return object;
  }

  async #optionsBody(request: ApiRequest): Promise<unknown> {
    const type = mediaType(request.header('content-type'), objectMediaTypes);
    return (await parseBody(await request.body(), type)).value;
  }

  #written({ request, kind }: ResourceRequest, written: Written, status: number): ApiResponse {
    const { object, stored } = written;
    return this.#present(request, status, kind, stored?.value ?? object, stored);
  }

  #present(
    request: ApiRequest,
    status: number,
    kind: ServedKind,
    value: AnyObject,
    stored: Stored | undefined,
  ): ApiResponse {
    const wanted = representation(request.header('accept'), request.query);
    const object = fromStorage(kind, value);
    if (wanted.as === 'object') {
      const payload = stored ? storedPayload(kind, stored) : objectPayload(object);
      return { kind: 'payload', status, payload };
    }
    const { resourceVersion } = value.metadata;
    const transformed =
      wanted.as === 'Table'
        ? tableOf(kind, [object], { resourceVersion }, { ...wanted, now: this.#parts.clock.now() })
        : partialMetadata(object, wanted.version);
    return { kind: 'payload', status, payload: valuePayload(transformed) };
  }
}

/** What a write of this request knows. `optionsKind` names the options in error texts. Throws 422 for wrong ones. */
export function writeContext(
  { request, info, kind, user, warnings }: ResourceRequest,
  optionsKind: string,
): WriteContext {
  const options = writeOptions(request.query, optionsKind);
  return {
    kind,
    namespace: info.namespace,
    name: info.name,
    subresource: info.subresource,
    user,
    options,
    manager: fieldManager(options.fieldManager, request.header('user-agent')),
    warnings,
  };
}
