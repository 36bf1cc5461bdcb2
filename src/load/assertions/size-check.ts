// How many bytes an answer has, or a part of it.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Assertion } from '../plan/http-step.ts';
import { codeText, messageText } from '../values/answer-text.ts';
import { TemplateList } from '../values/template-list.ts';
import { type Check, counted } from './check.ts';

type SizeAssertion = Assertion & { type: 'size' };

const operators: Readonly<
  Record<SizeAssertion['operator'], { holds: (size: number, wanted: number) => boolean; words: string }>
> = {
  '=': { holds: (size, wanted) => size === wanted, words: 'been equal to' },
  '!=': { holds: (size, wanted) => size !== wanted, words: 'not been equal to' },
  '>': { holds: (size, wanted) => size > wanted, words: 'been greater than' },
  '<': { holds: (size, wanted) => size < wanted, words: 'been less than' },
  '>=': { holds: (size, wanted) => size >= wanted, words: 'been greater or equal to' },
  '<=': { holds: (size, wanted) => size <= wanted, words: 'been less than or equal to' },
};

export function sizeCheck({ of, operator, bytes, scope }: SizeAssertion): Check {
  const limit = new TemplateList([bytes]);
  const { holds, words } = operators[operator];
  return {
    scope,
    failure: (answer, context) =>
      limit.with(context, ([text]) => {
        const wanted = Number(text);
        const size = sizeOf(of, answer);
        if (holds(size, wanted)) return undefined;
        return `The result was the wrong size: It was ${counted(size)} bytes, but should have ${words} ${counted(wanted)} bytes.`;
      }),
  };
}

/** Redirects add up: the sizes are those of the whole sample. */
function sizeOf(of: SizeAssertion['of'], answer: HttpAnswer): number {
  if (of === 'code') return codeText(answer).length;
  if (of === 'message') return messageText(answer).length;
  return [...answer.redirectedFrom, answer].reduce((sum, { headBytes, bodyBytes }) => {
    if (of === 'headers') return sum + headBytes;
    return sum + bodyBytes + (of === 'full' ? headBytes : 0);
  }, 0);
}
