// Two who follow one resource while others write and the server dies: a client that resumes watches by hand, and an informer.

import assert from 'node:assert/strict';
import type { AnyObject, WatchEvent } from '../../../src/api/object.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Client } from '../../../src/client/client.ts';
import { Informer } from '../../../src/client/informer.ts';
import type { Resource } from '../../../src/client/resource.ts';
import { isStatusError } from '../../../src/client/response-error.ts';
import { eventually } from '../eventually.ts';
import type { KeyJournal } from './key-journal.ts';
import { ResumingWatch } from './resuming-watch.ts';
import type { RevisionLedger } from './revision-ledger.ts';
import { Sightings } from './sightings.ts';
import { tokenIn } from './stamped-kind.ts';

type Journals = ReadonlyMap<string, KeyJournal>;

export interface FollowerOptions {
  readonly client: Client;
  readonly resource: Resource;
  readonly ledger: RevisionLedger;
  /** For each change that the watch delivers. */
  onChange(object: AnyObject): void;
}

/** So many changes are certainly in history, however large the objects are. */
const recentChanges = 500;

export class Follower {
  readonly #options: FollowerOptions;
  readonly #watch: ResumingWatch;
  readonly #informer: Informer<AnyObject>;
  readonly #seenByWatch = new Sightings();
  readonly #seenByInformer = new Sightings();
  /** The revisions that the watch delivered since it last listed. */
  #delivered: number[] = [];

  constructor(options: FollowerOptions) {
    this.#options = options;
    const { client, resource } = options;
    this.#watch = new ResumingWatch(client, resource, (event) => this.#watched(event));
    this.#informer = this.#informerOf();
  }

  async open(): Promise<void> {
    this.#informer.start();
    await this.#informer.synced();
    await this.#watch.list();
    await this.#watch.resume();
  }

  /** After a crash; the informer does so by itself. */
  async resume(): Promise<void> {
    assert.equal(await this.#watch.lost(), undefined);
    await this.#watch.resume();
  }

  /** After history was cut: the watch is refused with 410 Gone, and begins again with what is there. */
  async resumeAndBeGone(): Promise<void> {
    assert.equal(await this.#watch.lost(), undefined);
    const refusal = await this.#watch.resume().then(
      () => this.#watch.lost(),
      (error) => error,
    );
    assert.ok(isStatusError(refusal, 410), `a watch from before ended with ${refusal}`);
    this.#delivered = [];
    await this.#watch.list();
    await this.#watch.resume();
  }

  /** Resolves when both caches are what the API lists. */
  async caughtUp(): Promise<void> {
    await eventually(() => this.#isCurrent(), 20_000);
  }

  assertSawEverything(journals: Journals): void {
    this.#seenByWatch.assertComplete(this.#ofResource(journals), 'a watch');
    this.#seenByInformer.assertComplete(this.#ofResource(journals), 'an informer');
  }

  /** Who comes with an older revision is told the same once more. `at`, from 0 to below 1, is where it lies among the recent ones. */
  async assertHistoryIsTheSame(at: number): Promise<void> {
    const { client, resource } = this.#options;
    const recent = this.#delivered.slice(-recentChanges);
    const from = recent[Math.floor(at * recent.length)];
    if (from === undefined) return;
    const expected = this.#delivered.filter((revision) => revision > from);
    const again: number[] = [];
    const watch = new ResumingWatch(client, resource, ({ object }) => again.push(revisionOf(object)));
    await watch.list(from);
    await watch.resume();
    await eventually(() => again.length >= expected.length);
    watch.close();
    assert.deepEqual(again.slice(0, expected.length), expected);
  }

  /** What the writers know now is the beginning. */
  restart(journals: Journals): void {
    this.#seenByWatch.restart(this.#ofResource(journals));
    this.#seenByInformer.restart(this.#ofResource(journals));
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#informer.close();
  }

  async #isCurrent(): Promise<boolean> {
    const { client, resource, ledger } = this.#options;
    const { items, metadata } = await client.resource(resource, 'default').list();
    for (const item of items) ledger.saw(item);
    ledger.reached(Number(metadata.resourceVersion));
    assert.deepEqual(inOrder([...this.#watch.cache.values()]), inOrder(items));
    assert.deepEqual(inOrder(this.#informer.lister.list()), inOrder(items));
    return true;
  }

  #watched({ type, object }: WatchEvent): void {
    const { ledger, onChange } = this.#options;
    if (type === 'BOOKMARK') {
      ledger.reached(revisionOf(object));
      return;
    }
    ledger.saw(object);
    this.#delivered.push(revisionOf(object));
    this.#seenByWatch.saw(this.#keyOf(object), type === 'DELETED' ? null : tokenIn(object));
    onChange(object);
  }

  #informerOf(): Informer<AnyObject> {
    const { client, resource } = this.#options;
    const surroundings = { clock: systemClock, random: Math.random, logger: silentLogger };
    const informer = new Informer<AnyObject>({ client, resource, namespace: 'default', ...surroundings });
    const saw = (object: AnyObject) => this.#seenByInformer.saw(this.#keyOf(object), tokenIn(object));
    informer.addHandler({
      added: saw,
      updated: saw,
      deleted: (object) => this.#seenByInformer.saw(this.#keyOf(object), null),
    });
    return informer;
  }

  #keyOf(object: AnyObject): string {
    return `${this.#options.resource.plural}/${object.metadata.name}`;
  }

  #ofResource(journals: Journals): Journals {
    const prefix = `${this.#options.resource.plural}/`;
    return new Map([...journals].filter(([key]) => key.startsWith(prefix)));
  }
}

function revisionOf(object: AnyObject): number {
  return Number(object.metadata.resourceVersion);
}

function inOrder(objects: readonly AnyObject[]): AnyObject[] {
  return objects.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
