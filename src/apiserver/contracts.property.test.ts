// Kubernetes' contracts with its clients, as laws over random histories: watches miss and repeat nothing, and no update is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiWorld } from '../../tests/support/api-world.ts';
import type { AnyObject } from '../api/object.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const names = ['a', 'b', 'c', 'd'];

interface Change {
  do: 'create' | 'update' | 'delete' | 'relabel';
  name: string;
  value: number;
}

/** The watcher loses its connection, and comes back later. */
interface Interruption {
  do: 'disconnect' | 'resume';
}

type Step = Change | Interruption;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('create', 'update', 'delete', 'relabel'),
      name: fc.constantFrom(...names),
      value: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('disconnect', 'resume') }) },
) as fc.Arbitrary<Step>;

/** A client that follows by watch alone, from a list on, and resumes where it stopped. */
class Follower {
  readonly seen = new Map<string, AnyObject>();
  readonly revisions: number[] = [];
  #last = '';
  #close: (() => void) | undefined;
  readonly #world: ApiWorld;
  readonly #selector: string;

  constructor(world: ApiWorld, selector: string) {
    this.#world = world;
    this.#selector = selector;
  }

  async list(): Promise<void> {
    const { body } = await this.#world.ask('GET', `${maps}?labelSelector=${this.#selector}`);
    for (const item of body.items) this.seen.set(item.metadata.name, item);
    this.#last = body.metadata.resourceVersion;
  }

  async resume(): Promise<void> {
    if (this.#close) return;
    const query = `watch=1&resourceVersion=${this.#last}&labelSelector=${this.#selector}`;
    const response = await this.#world.raw('GET', `${maps}?${query}`);
    assert.equal(response.kind, 'watch');
    if (response.kind !== 'watch') return;
    this.#close = response.start({
      event: (type, payload) => this.#take(type, JSON.parse([payload.text()].flat().join(''))),
      end: () => {},
    });
  }

  disconnect(): void {
    this.#close?.();
    this.#close = undefined;
  }

  #take(type: string, object: AnyObject): void {
    const { name, resourceVersion } = object.metadata;
    assert.equal(this.seen.has(name), type !== 'ADDED', `${type} of ${name}`);
    if (type === 'DELETED') this.seen.delete(name);
    else this.seen.set(name, object);
    this.#last = resourceVersion;
    this.revisions.push(Number(resourceVersion));
  }
}

async function carryOut(world: ApiWorld, { do: what, name, value }: Change) {
  const metadata = { name, labels: { half: value % 2 === 0 ? 'even' : 'odd' } };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: String(value) } };
  const patch = {
    body: { metadata: { labels: metadata.labels } },
    contentType: 'application/merge-patch+json',
  };
  if (what === 'create') await world.ask('POST', maps, { body: object });
  else if (what === 'update') await world.ask('PUT', `${maps}/${name}`, { body: object });
  else if (what === 'delete') await world.ask('DELETE', `${maps}/${name}`);
  else await world.ask('PATCH', `${maps}/${name}`, patch);
}

for (const selector of ['', 'half%3Deven']) {
  test(`a watcher that resumes sees every change once and in order (selector "${selector}")`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(5), async (steps, head) => {
        const world = new ApiWorld();
        // Revision 0 means "any" to a watch; a server that serves has written something already.
        await world.must('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
        const follower = new Follower(world, selector);
        const listing = Math.min(head, steps.length);
        for (const [index, one] of steps.entries()) {
          if (index === listing) await follower.list().then(() => follower.resume());
          if (one.do === 'disconnect') follower.disconnect();
          else if (one.do === 'resume') await (index >= listing && follower.resume());
          else await carryOut(world, one as Change);
        }
        if (steps.length <= listing) await follower.list();
        await follower.resume();
        const { body } = await world.ask('GET', `${maps}?labelSelector=${selector}`);
        const truth = new Map(body.items.map((item: AnyObject) => [item.metadata.name, item]));
        assert.deepEqual(new Map([...follower.seen].sort()), new Map([...truth].sort() as never));
        const sorted = [...new Set(follower.revisions)].sort((a, b) => a - b);
        assert.deepEqual(follower.revisions, sorted, 'each revision once, in order');
      }),
    );
  });
}

test('optimistic concurrency loses no update', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 8 }),
      fc.integer({ min: 1, max: 5 }),
      async (clients, rounds) => {
        const world = new ApiWorld();
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n' }, data: { count: '0' } };
        await world.must('POST', maps, object);
        const increment = async (): Promise<void> => {
          for (;;) {
            const current = (await world.ask('GET', `${maps}/n`)).body;
            const data = { count: String(Number(current.data.count) + 1) };
            const { status } = await world.ask('PUT', `${maps}/n`, { body: { ...current, data } });
            if (status === 200) return;
            assert.equal(status, 409);
          }
        };
        const client = async () => {
          for (let i = 0; i < rounds; i++) await increment();
        };
        await Promise.all(Array.from({ length: clients }, client));
        assert.equal((await world.must('GET', `${maps}/n`)).data.count, String(clients * rounds));
      },
    ),
    { numRuns: 30 },
  );
});
