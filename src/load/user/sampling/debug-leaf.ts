// A sample of what its user knows, as JMeter's Debug Sampler lists it. Nothing is sent for it.

import { Answer } from '../../http/answer.ts';
import type { DebugStep } from '../../plan/plan.ts';
import type { ValueContext } from '../../values/value-context.ts';
import type { Actor } from '../actor.ts';
import type { Leaf } from '../controllers/walk.ts';
import type { Preparation } from './preparation.ts';
import type { SampleTaker } from './sample-taker.ts';
import { nothing } from './unsent.ts';

export class DebugLeaf implements Leaf {
  readonly kind = 'leaf';
  readonly #preparation: Preparation;
  readonly #shows: DebugStep['shows'];
  readonly #taker: SampleTaker;

  constructor(preparation: Preparation, shows: DebugStep['shows'], taker: SampleTaker) {
    this.#preparation = preparation;
    this.#shows = shows;
    this.#taker = taker;
  }

  async carryOut(actor: Actor): Promise<void> {
    const prepared = await this.#preparation.carryOut(actor);
    if (prepared === undefined) return;
    const { label, dueAt } = prepared;
    const answer = this.#answer(actor.context, actor.now());
    actor.readyAt = answer.startedAt;
    // What was due is the next request: this is none.
    if (dueAt !== undefined) actor.putArrival(dueAt);
    await this.#taker.take(actor, nothing, answer, { label, dueAt: undefined });
  }

  #answer({ variables, properties }: ValueContext, now: number): Answer {
    const lists = {
      variables: listOf('JMeterVariables', variables),
      properties: listOf('JMeterProperties', properties),
    };
    const answer = new Answer('', '', now, undefined, '');
    answer.requests = 0;
    answer.status = 200;
    answer.message = 'OK';
    answer.contentType = 'text/plain';
    answer.body = Buffer.from(this.#shows.map((what) => lists[what]).join(''));
    answer.bodyBytes = answer.body.length;
    return answer;
  }
}

/** By their names. */
function listOf(title: string, values: ReadonlyMap<string, string>): string {
  const lines = [...values].sort(([one], [other]) => (one < other ? -1 : 1));
  return `${title}:\n${lines.map(([name, value]) => `${name}=${value}\n`).join('')}\n`;
}
