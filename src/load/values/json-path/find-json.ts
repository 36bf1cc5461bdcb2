// What a JSONPath leads to. Where the path is definite and something on it is missing, that is told with Jayway's words.

import { passes } from './filter.ts';
import { deepest, isDefinite, type JsonPath, JsonPathError, type JsonPathStep } from './json-path.ts';
import { isArray, isObject, type Json, JsonNumber } from './json-text.ts';
import { summarize } from './summarize.ts';

/** All values in the order of the text. Throws JsonPathError when the path is definite up to where something is missing. */
export function findJson(path: JsonPath, root: Json): Json[] {
  return found(path, { root, current: root, tells: true });
}

interface Search {
  readonly root: Json;
  /** `@` of a filter. */
  readonly current: Json;
  /** In filters what is missing is no error. */
  readonly tells: boolean;
}

function found(path: JsonPath, { root, current, tells }: Search): Json[] {
  let values: readonly Json[] = [path.isRelative ? current : root];
  // Only as long as there is one way; then nothing more can be missing.
  let where = tells ? '$' : undefined;
  for (const [at, step] of path.steps.entries()) {
    if (step.type === 'deep') {
      where = undefined;
      continue;
    }
    const from =
      path.steps[at - 1]?.type === 'deep' ? values.flatMap((value) => withAllBelow(value)) : values;
    values =
      from.length === 1
        ? taken(step, from[0] as Json, root)
        : from.flatMap((value) => taken(step, value, root));
    if (where === undefined) continue;
    const here = `${where}${written(step)}`;
    if (values.length === 0)
      missing(step, from[0] as Json, { where, here, isLast: at === path.steps.length - 1 });
    where = isSingle(step) ? here : undefined;
  }
  if (path.summary === undefined) return [...values];
  const whole = isDefinite(path) ? values[0] : values;
  return whole === undefined ? [] : summarize(path.summary, whole);
}

function isSingle(step: JsonPathStep): boolean {
  return isDefinite({ isRelative: false, steps: [step] });
}

/** As Jayway writes it: `['a']`, `[0]`. */
function written(step: JsonPathStep): string {
  if (step.type === 'names') return `['${step.names[0]}']`;
  return step.type === 'indexes' ? `[${step.indexes[0]}]` : '';
}

function missing(
  step: JsonPathStep,
  value: Json,
  { where, here, isLast }: { where: string; here: string; isLast: boolean },
): void {
  if (step.type === 'names' && !isObject(value)) {
    throw new JsonPathError(
      `Expected to find an object with property ['${step.names[0]}'] in path ${where} but found '${kindOf(value)}'.`,
    );
  }
  if (!isSingle(step)) return;
  throw new JsonPathError(
    isLast || step.type === 'indexes' ? `No results for path: ${here}` : `Missing property in path ${here}`,
  );
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  return value instanceof JsonNumber ? 'number' : typeof value;
}

function taken(step: JsonPathStep, value: Json, root: Json): readonly Json[] {
  switch (step.type) {
    case 'names':
      return isObject(value) ? step.names.flatMap((name) => member(value, name)) : [];
    case 'indexes':
      return isArray(value) ? step.indexes.flatMap((index) => element(value, index)) : [];
    case 'slice':
      return isArray(value) ? value.slice(step.from, step.to) : [];
    case 'all':
      return below(value);
    case 'filter': {
      // A filter asks the elements of a list, or the object itself.
      const candidates = isArray(value) ? value : isObject(value) ? [value] : [];
      return candidates.filter((current) =>
        passes(step.filter, current, (path) => lookUp(path, root, current)),
      );
    }
    default:
      return [];
  }
}

function lookUp(path: JsonPath, root: Json, current: Json): Json | undefined {
  const values = found(path, { root, current, tells: false });
  return isDefinite(path) ? values[0] : values;
}

function member(value: { readonly [name: string]: Json }, name: string): readonly Json[] {
  return Object.hasOwn(value, name) ? [value[name] as Json] : [];
}

function element(value: readonly Json[], index: number): readonly Json[] {
  const one = value.at(index);
  return one === undefined ? [] : [one];
}

function below(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function withAllBelow(value: Json, depth = 0): readonly Json[] {
  if (depth > deepest) throw new JsonPathError('the body is nested too deeply');
  return [value, ...below(value).flatMap((inner) => withAllBelow(inner, depth + 1))];
}
