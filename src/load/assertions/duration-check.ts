// How long an answer may take.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Assertion } from '../plan/http-step.ts';
import { TemplateList } from '../values/template-list.ts';
import { type Check, counted } from './check.ts';

/** 0 is no limit, as with JMeter. */
export function durationCheck({ ms, scope }: Assertion & { type: 'duration' }): Check {
  const limit = new TemplateList([ms]);
  return {
    scope,
    failure: (answer, context) =>
      limit.with(context, ([text]) => {
        const most = Number(text);
        const took = Math.round(elapsedMs(answer));
        if (most <= 0 || took <= most) return undefined;
        return `The operation lasted too long: It took ${counted(took)} milliseconds, but should not have lasted longer than ${counted(most)} milliseconds.`;
      }),
  };
}

/** Redirects are a part of it. */
function elapsedMs({ startedAt, elapsedMs: own, redirectedFrom }: HttpAnswer): number {
  return startedAt + own - (redirectedFrom[0]?.startedAt ?? startedAt);
}
