// What a Debug Sampler answers: what the user knows, as JMeter lists it. Nothing is sent for it.

import type { HttpAnswer } from '../../http/http-exchange.ts';
import type { DebugStep } from '../../plan/plan.ts';
import type { ValueContext } from '../../values/value-context.ts';

export class DebugAnswer {
  /** It is another one each time. */
  readonly isConstant = false;
  readonly #shows: DebugStep['shows'];

  constructor(shows: DebugStep['shows']) {
    this.#shows = shows;
  }

  /** `now`: machineTime(). */
  answer({ variables, properties }: ValueContext, now: number): HttpAnswer {
    const lists = {
      variables: listOf('JMeterVariables', variables),
      properties: listOf('JMeterProperties', properties),
    };
    const body = Buffer.from(this.#shows.map((what) => lists[what]).join(''));
    return {
      ...{
        url: '',
        status: 200,
        message: 'OK',
        head: '',
        body,
        contentType: 'text/plain',
        requestHead: () => '',
      },
      ...{ startedAt: now, connectMs: 0, latencyMs: 0, elapsedMs: 0, headBytes: 0, bodyBytes: body.length },
      ...{ sentBytes: 0, isRepeated: false, loadId: '', requests: 0, isCached: false, redirectedFrom: [] },
    };
  }
}

/** By their names. */
function listOf(title: string, values: ReadonlyMap<string, string>): string {
  const lines = [...values].sort(([one], [other]) => (one < other ? -1 : 1));
  return `${title}:\n${lines.map(([name, value]) => `${name}=${value}\n`).join('')}\n`;
}
