// JMeter's JSON Extractor, one variable of it: which variables are set and taken away is exactly as there.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Extractor } from '../plan/http-step.ts';
import { answersIn, bodyJson } from '../values/answer-text.ts';
import { jsonPathOf } from '../values/json-path/compiled-json-path.ts';
import type { JsonDocument } from '../values/json-path/json-document.ts';
import { JsonPathError } from '../values/json-path/json-path.ts';
import { jsonText } from '../values/json-path/json-text.ts';
import { TemplateList } from '../values/template-list.ts';
import type { ValueContext } from '../values/value-context.ts';
import { chosen, type Extraction, matchNumber } from './extraction.ts';

type JsonExtractor = Extractor & { type: 'json' };

interface Terms {
  readonly variable: string;
  readonly joined: boolean;
  readonly number: number;
  /** Undefined: the variable keeps what it had. */
  readonly otherwise: string | undefined;
}

export function jsonExtraction({
  variable,
  path,
  match,
  joined,
  scope,
  default: otherwise,
}: JsonExtractor): Extraction {
  const texts = new TemplateList([path, match, otherwise ?? '']);
  return {
    run: (answer, context) =>
      texts.with(context, ([jsonPath = '', which, given]) => {
        removeOld(context, variable);
        const number = matchNumber(which);
        const terms = { variable, joined, number, otherwise: otherwise === undefined ? undefined : given };
        const found = valuesIn(answersIn(scope, answer), jsonPath);
        if (found === undefined) fallBack(terms, context);
        else save(found, terms, context);
      }),
  };
}

/** Undefined: there is no answer to look at, or one that is no JSON. */
function valuesIn(answers: readonly HttpAnswer[], path: string): string[] | undefined {
  if (answers.length === 0) return undefined;
  try {
    return answers.flatMap((answer) => textsIn(bodyJson(answer), path));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function textsIn(body: JsonDocument, path: string): string[] {
  try {
    return body.find(jsonPathOf(path)).map((value) => (value === null ? '' : jsonText(value)));
  } catch (error) {
    if (error instanceof JsonPathError) return [];
    throw error;
  }
}

function save(found: readonly string[], terms: Terms, context: ValueContext): void {
  const { variable, number, joined } = terms;
  const { variables } = context;
  if (found.length === 0) fallBack(terms, context);
  if (number < 0) {
    for (const [at, value] of found.entries()) variables.set(`${variable}_${at + 1}`, value);
    if (joined) variables.set(`${variable}_ALL`, found.join(','));
  } else if (found.length > 0) {
    // A single value is taken whatever its number should be.
    const value = found.length === 1 ? found[0] : chosen(found, number, context);
    if (value === undefined) fallBack(terms, context);
    else variables.set(variable, value);
  }
  if (number !== 0 || found.length === 0) variables.set(`${variable}_matchNr`, String(found.length));
}

function fallBack({ variable, otherwise }: Terms, { variables }: ValueContext): void {
  if (otherwise !== undefined) variables.set(variable, otherwise);
}

function removeOld({ variables }: ValueContext, variable: string): void {
  variables.delete(`${variable}_matchNr`);
  for (let at = 1; variables.has(`${variable}_${at}`); at++) variables.delete(`${variable}_${at}`);
}
