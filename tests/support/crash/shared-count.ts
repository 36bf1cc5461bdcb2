// One object that many clients count up in, each under its own name, by reading and replacing the whole of it: an update that overwrote
// another one would take a count back.

import assert from 'node:assert/strict';
import type { V1ConfigMap } from '../../../src/api/generated/types.ts';
import type { Client } from '../../../src/client/client.ts';
import { configMaps } from '../../../src/client/resources.ts';
import { isStatusError } from '../../../src/client/response-error.ts';

type Counts = Readonly<Record<string, string>>;

export class SharedCount {
  readonly name: string;
  readonly #acknowledged = new Map<string, number>();
  readonly #begun = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  async create(client: Client): Promise<void> {
    await client.resource(configMaps, 'default').create({ metadata: { name: this.name } });
  }

  /** Resolves with the object as it was acknowledged. */
  async increment(client: Client, who: string): Promise<V1ConfigMap> {
    const api = client.resource(configMaps, 'default');
    const count = this.#acknowledged.get(who) ?? 0;
    this.#begun.add(who);
    for (;;) {
      const object = await api.get(this.name);
      assert.equal(countOf(object.data, who), count, `an update of ${who} was lost`);
      try {
        const stored = await api.update({ ...object, data: { ...object.data, [who]: `${count + 1}` } });
        this.#acknowledged.set(who, count + 1);
        this.#begun.delete(who);
        return stored;
      } catch (error) {
        if (!isStatusError(error, 409)) throw error;
      }
    }
  }

  /** After a crash: everybody's count is what was acknowledged, or one more where a write was not answered. */
  settle({ data = {} }: V1ConfigMap): void {
    for (const [who, count] of this.#acknowledged) {
      const most = count + (this.#begun.has(who) ? 1 : 0);
      const found = countOf(data, who);
      assert.ok(found >= count && found <= most, `${who} counted to ${count}..${most}; there is ${found}`);
    }
    this.adopt(data);
  }

  /** Takes what is there for what was written. */
  adopt(data: Counts = {}): void {
    this.#begun.clear();
    this.#acknowledged.clear();
    for (const [who, count] of Object.entries(data)) this.#acknowledged.set(who, Number(count));
  }
}

/** One client counted one further between the two. */
export function assertOneFurther(before: Counts = {}, after: Counts = {}): void {
  const further = Object.keys(after).filter((who) => after[who] !== before[who]);
  assert.equal(further.length, 1, `${JSON.stringify(before)} was followed by ${JSON.stringify(after)}`);
  const [who = ''] = further;
  assert.equal(countOf(after, who), countOf(before, who) + 1);
}

function countOf(counts: Counts | undefined, who: string): number {
  return Number(counts?.[who] ?? 0);
}
