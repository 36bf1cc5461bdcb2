// get and list: from the store's durable state, with Kubernetes' resourceVersion rules.

import type { AnyObject } from '../../api/object.ts';
import { badRequest, expired, notFoundError, StatusError, timeoutError } from '../../api/status.ts';
import {
  CompactedError,
  FutureRevisionError,
  type ListResult,
  type Store,
  type Stored,
} from '../../store/store.ts';
import { fromStorage, storedPayload } from '../conversion.ts';
import { type ListParameters, listParameters, parseResourceVersion } from '../options.ts';
import type { Payload } from '../request.ts';
import { type ServedKind, storageKey, storagePrefix } from '../scheme.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { type Selection, selectionOf } from './selection.ts';

/** How long a read waits for a revision that is ahead of the store before it answers 504. */
const futureWaitMs = 3_000;

export interface ListOutcome {
  items: Stored[];
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

export class Reader {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async get(kind: ServedKind, namespace: string, name: string, resourceVersion: string): Promise<Stored> {
    await this.reach(parseResourceVersion(resourceVersion));
    const stored = this.#store.get(storageKey(kind, namespace, name));
    if (!stored) throw notFoundError(kind.resourceName, name);
    return stored;
  }

  async list(kind: ServedKind, namespace: string, query: URLSearchParams): Promise<ListOutcome> {
    const parameters = listParameters(query);
    checkVersionRules(parameters);
    const selection = selectionOf(kind, parameters.labelSelector, parameters.fieldSelector);
    const prefix = storagePrefix(kind, namespace);
    const asked = parseResourceVersion(parameters.resourceVersion);
    if (parameters.continueToken) {
      const { revision, after } = decodeContinue(parameters.continueToken, prefix);
      return this.#page(kind, prefix, selection, { limit: parameters.limit, after, revision });
    }
    const exact = parameters.resourceVersionMatch === 'Exact';
    if (!exact) await this.reach(asked);
    const revision = exact ? asked : undefined;
    return this.#page(kind, prefix, selection, { limit: parameters.limit, revision });
  }

  /** Waits a short time for a revision that this server has not reached, then answers 504 as Kubernetes does. */
  async reach(revision: number | undefined): Promise<void> {
    if (revision === undefined || revision <= this.#store.revision) return;
    const reached = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => finish(false), futureWaitMs);
      const subscription = this.#store.onCommit((now) => {
        if (now >= revision) finish(true);
      });
      function finish(result: boolean): void {
        clearTimeout(timer);
        subscription.close();
        resolve(result);
      }
    });
    if (!reached) throw tooLargeVersion(revision, this.#store.revision);
  }

  /** Fills a page: with a selector the store is read on until enough objects match. */
  #page(
    kind: ServedKind,
    prefix: string,
    selection: Selection,
    at: { limit: number; after?: string; revision?: number },
  ): ListOutcome {
    const items: Stored[] = [];
    let after = at.after;
    let revision = at.revision;
    for (;;) {
      const wanted = at.limit === 0 ? 0 : at.limit - items.length;
      const result = this.#read(prefix, { after, revision, limit: wanted });
      revision = result.revision;
      for (const stored of result.items) if (taken(kind, selection, stored)) items.push(stored);
      after = result.items.at(-1)?.key ?? after;
      if (result.remaining === 0) return { items, metadata: { resourceVersion: String(revision) } };
      if (items.length >= at.limit)
        return { items, metadata: partial(revision, after as string, result, selection) };
    }
  }

  #read(prefix: string, options: { after?: string; revision?: number; limit: number }): ListResult {
    try {
      return this.#store.list(prefix, options);
    } catch (error) {
      throw readError(error);
    }
  }
}

function taken(kind: ServedKind, selection: Selection, stored: Stored): boolean {
  return selection.everything || selection.matches(fromStorage(kind, stored.value));
}

function partial(
  revision: number,
  after: string,
  result: ListResult,
  selection: Selection,
): ListOutcome['metadata'] {
  return {
    resourceVersion: String(revision),
    continue: encodeContinue({ revision, after }),
    ...(selection.everything ? { remainingItemCount: result.remaining } : {}),
  };
}

/** What a list or watch of the store threw, as the API says it. */
export function readError(error: unknown): unknown {
  if (error instanceof CompactedError) {
    return expired(`too old resource version: ${error.requested} (${error.compacted + 1})`);
  }
  if (error instanceof FutureRevisionError) return tooLargeVersion(error.requested, error.current);
  return error;
}

function tooLargeVersion(requested: number, current: number): StatusError {
  const error = timeoutError(`Too large resource version: ${requested}, current: ${current}`);
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new StatusError(504, 'Timeout', error.message, { ...error.status.details, causes });
}

function checkVersionRules(parameters: ListParameters): void {
  const { resourceVersion, resourceVersionMatch: match, continueToken } = parameters;
  if (match === '') {
    if (continueToken && resourceVersion && resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    return;
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    throw badRequest(
      `resourceVersionMatch ${JSON.stringify(match)} is not supported: use Exact or NotOlderThan`,
    );
  }
  if (continueToken) throw badRequest('resourceVersionMatch is forbidden when continue is provided');
  if (resourceVersion === '')
    throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match === 'Exact' && resourceVersion === '0') {
    throw badRequest('resourceVersionMatch "Exact" is forbidden for resourceVersion "0"');
  }
}

/** A list for the wire, put together from texts that are already there; no object is serialised again. */
export function listPayload(kind: ServedKind, outcome: ListOutcome): Payload {
  const head = { kind: kind.listKind, apiVersion: kind.apiVersion, metadata: outcome.metadata };
  return {
    text() {
      const chunks = [`${JSON.stringify(head).slice(0, -1)},"items":[`];
      for (const [index, stored] of outcome.items.entries()) {
        if (index > 0) chunks.push(',');
        chunks.push(storedPayload(kind, stored).text() as string);
      }
      chunks.push(']}');
      return chunks;
    },
    value: () => ({ ...head, items: listedObjects(kind, outcome) }),
  };
}

export function listedObjects(kind: ServedKind, outcome: ListOutcome): AnyObject[] {
  return outcome.items.map((stored) => fromStorage(kind, stored.value));
}
