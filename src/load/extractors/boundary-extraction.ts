// JMeter's Boundary Extractor: what stands between two texts.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Extractor } from '../plan/http-step.ts';
import { answersIn, fieldText } from '../values/answer-text.ts';
import { TemplateList } from '../values/template-list.ts';
import type { ValueContext } from '../values/value-context.ts';
import { chosen, type Extraction, matchNumber, takeCount } from './extraction.ts';

type BoundaryExtractor = Extractor & { type: 'boundary' };

export function boundaryExtraction(extractor: BoundaryExtractor): Extraction {
  const { variable, left, right, match, default: otherwise } = extractor;
  const texts = new TemplateList([left, right, match, otherwise ?? '']);
  return {
    run: (answer, context) =>
      texts.with(context, ([from = '', to = '', which, given = '']) => {
        if (otherwise !== undefined) context.variables.set(variable, given);
        const before = takeCount(context, variable);
        const number = matchNumber(which);
        const found = inputsOf(extractor, answer, context).flatMap((text) => between(text, from, to));
        const kept = number < 0 ? saveAll(found, variable, context) : 0;
        const one = number < 0 ? undefined : chosen(found, number, context);
        if (one !== undefined) context.variables.set(variable, one);
        for (let old = kept + 1; old <= before; old++) context.variables.delete(`${variable}_${old}`);
      }),
  };
}

function inputsOf({ field, scope }: BoundaryExtractor, answer: HttpAnswer, context: ValueContext): string[] {
  if (typeof field === 'object') return [context.variables.get(field.variable) ?? ''];
  return answersIn(scope, answer).map((one) => fieldText(field, one, context) ?? '');
}

function saveAll(found: readonly string[], variable: string, { variables }: ValueContext): number {
  variables.set(`${variable}_matchNr`, String(found.length));
  for (const [at, value] of found.entries()) variables.set(`${variable}_${at + 1}`, value);
  return found.length;
}

/** Without one of the texts it is all before or behind the other. The next one is looked for behind `from`, not behind `to`. */
function between(text: string, from: string, to: string): string[] {
  if (text.trim() === '') return [];
  if (from === '') {
    const end = to === '' ? text.length : text.indexOf(to);
    return end < 0 ? [] : [text.slice(0, end)];
  }
  const found: string[] = [];
  for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + from.length)) {
    const start = at + from.length;
    const end = to === '' ? text.length : text.indexOf(to, start);
    if (end < 0) break;
    found.push(text.slice(start, end));
    if (to === '') break;
  }
  return found;
}
