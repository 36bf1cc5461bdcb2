// watch: the store's changes as watch events of one kind, through selectors, in the served version, with bookmarks and a time-out.

import type { AnyObject, WatchEventType } from '../../api/object.ts';
import { badRequest, StatusError } from '../../api/status.ts';
import type { Clock } from '../../base/clock.ts';
import type { Store, Stored, StoreEvent, Subscription } from '../../store/store.ts';
import { fromStorage, storedPayload } from '../conversion.ts';
import { numberParameter, parseResourceVersion } from '../options.ts';
import { type Payload, valuePayload, type WatchSink } from '../request.ts';
import { isTrue } from '../request-info.ts';
import { type ServedKind, storageKey, storagePrefix } from '../scheme.ts';
import { readError } from './reader.ts';
import { type Selection, selectionOf } from './selection.ts';

/** Clients take a watch without a byte for a minute as dead: bookmarks come well before. */
const bookmarkIntervalMs = 20_000;
/** Kubernetes' default is a random time between 30 and 60 minutes, so that clients do not come back all at once. */
const defaultTimeoutSeconds = 1_800;

interface WatchParameters {
  revision: number | undefined;
  initialEvents: boolean;
  /** Marks the end of the initial events with an annotated bookmark (KEP-3157). */
  markInitialEnd: boolean;
  bookmarks: boolean;
  timeoutMs: number;
}

/** How a changed object becomes the payload of an event: plain, as a Table or as metadata. */
export type Present = (kind: ServedKind, object: AnyObject, stored: Stored | undefined) => Payload;

export const presentPlain: Present = (kind, object, stored) =>
  stored ? storedPayload(kind, stored) : valuePayload(object);

export class Watcher {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: () => number;

  constructor(store: Store, clock: Clock, random: () => number) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
  }

  /** Checks the parameters at once (throws StatusError); events flow when the returned function is called. */
  prepare(
    kind: ServedKind,
    namespace: string,
    query: URLSearchParams,
    present: Present,
  ): (sink: WatchSink) => () => void {
    const selection = selectionOf(kind, query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '');
    const parameters = this.#parameters(query);
    return (sink) => this.#run({ kind, namespace, selection, parameters, present, sink });
  }

  #parameters(query: URLSearchParams): WatchParameters {
    const revision = parseResourceVersion(query.get('resourceVersion') ?? '');
    const sendInitial = query.get('sendInitialEvents');
    if (sendInitial !== null && query.get('resourceVersionMatch') !== 'NotOlderThan') {
      throw badRequest('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
    }
    const timeout = numberParameter(query, 'timeoutSeconds') ?? defaultTimeoutSeconds * (1 + this.#random());
    return {
      revision,
      initialEvents: sendInitial === null ? revision === undefined || revision === 0 : isTrue(sendInitial),
      markInitialEnd: sendInitial !== null && isTrue(sendInitial),
      bookmarks: isTrue(query.get('allowWatchBookmarks')),
      timeoutMs: timeout * 1_000,
    };
  }

  #run(watch: RunningWatch): () => void {
    const { parameters, sink } = watch;
    const closers: (() => void)[] = [];
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      for (const closer of closers) closer();
    };
    closers.push(
      this.#clock.after(parameters.timeoutMs, () => {
        if (!open) return;
        if (parameters.bookmarks) this.#bookmark(watch);
        close();
        sink.end();
      }),
    );
    if (parameters.bookmarks) closers.push(this.#bookmarkEvery(watch, () => open));
    try {
      const subscription = this.#subscribe(watch, () => open);
      closers.push(() => subscription.close());
    } catch (error) {
      sink.event('ERROR', valuePayload(statusOf(readError(error))));
      close();
      sink.end();
    }
    return close;
  }

  #subscribe(watch: RunningWatch, isOpen: () => boolean): Subscription {
    const { kind, namespace, selection, parameters, sink } = watch;
    let from = parameters.revision ?? 0;
    if (parameters.initialEvents) from = this.#sendInitial(watch);
    else if (parameters.revision === 0) from = this.#store.revision;
    const prefix = storagePrefix(kind, namespace);
    // A watch of one named object (kubectl wait, rollout status) should not look at every change of its kind.
    const only = selection.name !== undefined && singleKey(kind, namespace, selection.name);
    return this.#store.watch(prefix, from, (events) => {
      for (const event of events) {
        if (!isOpen()) return;
        if (only && event.key !== only) continue;
        deliver(watch, sink, event);
      }
    });
  }

  #sendInitial({ kind, namespace, selection, parameters, present, sink }: RunningWatch): number {
    const { items, revision } = this.#store.list(storagePrefix(kind, namespace));
    for (const stored of items) {
      const object = fromStorage(kind, stored.value);
      if (selection.everything || selection.matches(object))
        sink.event('ADDED', present(kind, object, stored));
    }
    if (parameters.markInitialEnd && parameters.bookmarks) {
      sink.event('BOOKMARK', bookmarkPayload(kind, revision, true));
    }
    return revision;
  }

  #bookmarkEvery(watch: RunningWatch, isOpen: () => boolean): () => void {
    let cancel = () => {};
    const next = () => {
      cancel = this.#clock.after(bookmarkIntervalMs, () => {
        if (!isOpen()) return;
        this.#bookmark(watch);
        next();
      });
    };
    next();
    return () => cancel();
  }

  #bookmark({ kind, sink }: RunningWatch): void {
    sink.event('BOOKMARK', bookmarkPayload(kind, this.#store.revision, false));
  }
}

interface RunningWatch {
  kind: ServedKind;
  namespace: string;
  selection: Selection;
  parameters: WatchParameters;
  present: Present;
  sink: WatchSink;
}

function singleKey(kind: ServedKind, namespace: string, name: string): string | false {
  if (kind.namespaced && namespace === '') return false;
  return storageKey(kind, namespace, name);
}

/** An object that starts or ceases to match a selector is ADDED or DELETED to this watcher, whatever happened to it. */
function deliver({ kind, selection, present }: RunningWatch, sink: WatchSink, event: StoreEvent): void {
  const object = fromStorage(kind, event.object.value);
  if (selection.everything) {
    sink.event(plainType(event), present(kind, object, event.object));
    return;
  }
  const before = event.previous !== undefined && selection.matches(fromStorage(kind, event.previous.value));
  const now = event.type === 'put' && selection.matches(object);
  if (now) sink.event(before ? 'MODIFIED' : 'ADDED', present(kind, object, event.object));
  else if (before) sink.event('DELETED', present(kind, object, event.object));
}

function plainType(event: StoreEvent): WatchEventType {
  if (event.type === 'delete') return 'DELETED';
  return event.previous === undefined ? 'ADDED' : 'MODIFIED';
}

function bookmarkPayload(kind: ServedKind, revision: number, initialEnd: boolean): Payload {
  return valuePayload({
    kind: kind.kind,
    apiVersion: kind.apiVersion,
    metadata: {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  });
}

function statusOf(error: unknown): unknown {
  if (error instanceof StatusError) return error.status;
  return new StatusError(500, 'InternalError', String(error)).status;
}
