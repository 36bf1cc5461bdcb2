// The simplest store there can be: a list of everything that happened. Stores are compared with it.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AnyObject } from '../../src/api/object.ts';
import type { ListResult, Store, StoreEvent } from '../../src/store/store.ts';

/** A small object; `text` tells versions apart. */
export function objectOf(name: string, text = ''): AnyObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, uid: `uid-${name}`, resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' },
    data: { text },
  };
}

export function put(store: Store, key: string, text = '') {
  return store.write(key, () => ({ op: 'put', value: objectOf(key.slice(key.lastIndexOf('/') + 1), text) }));
}

export function remove(store: Store, key: string) {
  return store.write(key, () => ({ op: 'delete' }));
}

type Action = { do: 'put' | 'delete' | 'none' | 'refuse'; key: string; text: string } | { do: 'wait' };

/** Prefixes that a careless comparison would mix up. */
const modelKeys = [
  'pods/a/1',
  'pods/a/2',
  'pods/a-b/1',
  'pods/ab/1',
  'pods/b/1',
  'pods.x/a/1',
  'nodes/a',
  'nodes/b',
];

const modelPrefixes = ['pods/', 'pods/a/', 'pods/ab/', 'pods.x/', 'nodes/', 'none/'];

export const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom('put', 'put', 'put', 'delete', 'none', 'refuse') as fc.Arbitrary<'put'>,
        key: fc.constantFrom(...modelKeys),
        text: fc.string({ unit: 'binary', maxLength: 12 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'wait' } as const) },
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);

interface Fact {
  type: 'put' | 'delete';
  key: string;
  revision: number;
  createRevision: number;
  text: string;
}

/** What must have happened, change by change. */
export class StoreModel {
  readonly facts: Fact[] = [];

  /** Performs the actions on the store, in order, waiting only where they say so, and checks each result. */
  async perform(store: Store, list: readonly Action[]): Promise<void> {
    let waiting: Promise<void>[] = [];
    for (const action of list) {
      if (action.do === 'wait') {
        await Promise.all(waiting);
        waiting = [];
      } else {
        waiting.push(this.#performOne(store, action));
      }
    }
    await Promise.all(waiting);
  }

  /** The newest put of every live key as of `revision`, in key order. */
  stateAt(prefix: string, revision = Number.POSITIVE_INFINITY): Fact[] {
    const state = new Map<string, Fact>();
    for (const fact of this.facts) {
      if (fact.revision > revision) break;
      if (fact.type === 'delete') state.delete(fact.key);
      else if (fact.key.startsWith(prefix)) state.set(fact.key, fact);
    }
    return [...state.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Compares reads, older lists and resumed watches with the facts. */
  check(store: Store): void {
    for (const prefix of modelPrefixes) {
      this.#checkList(store, prefix, store.list(prefix), undefined);
      assert.equal(store.count(prefix), this.stateAt(prefix).length);
      for (let at = -1; at < this.facts.length; at++) {
        const revision = this.facts[at]?.revision ?? store.compactedRevision;
        if (revision < store.compactedRevision) continue;
        this.#checkList(store, prefix, store.list(prefix, { revision }), revision);
        this.#checkResumed(store, prefix, revision);
      }
    }
  }

  async #performOne(store: Store, action: Exclude<Action, { do: 'wait' }>): Promise<void> {
    const { key, text } = action;
    const before = this.stateAt(key)[0];
    if (action.do === 'refuse') {
      const refusal = new Error('refused');
      await assert.rejects(
        store.write(key, () => {
          throw refusal;
        }),
        refusal,
      );
      return;
    }
    if (action.do === 'none' || (action.do === 'delete' && before === undefined)) {
      const op = action.do;
      const { stored, changed } = await store.write(key, () => ({ op }));
      assert.deepEqual([changed, stored?.value.data.text], [false, before?.text]);
      return;
    }
    await this.#change(store, action.do, key, action.do === 'put' ? text : (before?.text ?? ''), before);
  }

  #change(store: Store, type: 'put' | 'delete', key: string, text: string, before: Fact | undefined) {
    const fact: Fact = { type, key, revision: 0, createRevision: before?.createRevision ?? 0, text };
    const result = type === 'put' ? put(store, key, text) : remove(store, key);
    // Both drivers number without gaps when nothing fails; resumed stores go on from the newest revision.
    fact.revision = Math.max(store.revision, this.facts.at(-1)?.revision ?? 0) + 1;
    if (before === undefined) fact.createRevision = fact.revision;
    this.facts.push(fact);
    return result.then(({ stored, changed }) => {
      assert.equal(changed, true);
      assert.deepEqual(summaryOf(type, stored as NonNullable<typeof stored>), fact);
    });
  }

  #checkList(store: Store, prefix: string, result: ListResult, revision: number | undefined): void {
    assert.deepEqual(
      result.items.map((item) => summaryOf('put', item)),
      this.stateAt(prefix, revision),
    );
    assert.equal(result.remaining, 0);
    assert.equal(result.revision, revision ?? store.revision);
  }

  #checkResumed(store: Store, prefix: string, revision: number): void {
    const events: StoreEvent[] = [];
    store.watch(prefix, revision, (batch) => events.push(...batch)).close();
    const expected = this.facts.filter((fact) => fact.revision > revision && fact.key.startsWith(prefix));
    assert.deepEqual(
      events.map(({ type, object }) => summaryOf(type, object)),
      expected,
    );
    for (const event of events) {
      assert.equal(event.previous?.value.data.text, this.stateAt(event.key, event.revision - 1)[0]?.text);
    }
  }
}

function summaryOf(type: 'put' | 'delete', stored: StoreEvent['object']): Fact {
  assert.equal(stored.value.metadata.resourceVersion, String(stored.revision));
  assert.deepEqual(JSON.parse(stored.json), stored.value);
  const { key, revision, createRevision } = stored;
  return { type, key, revision, createRevision, text: stored.value.data.text };
}

/** Parameters for fc.assert: RELEVO_SEED repeats a run; fast-check prints the seed of a failed one. */
export function propertyParameters(numRuns: number): fc.Parameters<unknown> {
  const seed = Number(process.env.RELEVO_SEED);
  return { numRuns, ...(process.env.RELEVO_SEED && Number.isSafeInteger(seed) ? { seed } : {}) };
}
