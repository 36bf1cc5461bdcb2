// Numbers where a plan has texts: `switch: 1`, `form: { amount: 007 }`. They are put into quotes before the plan is read, so that they are
// the text that was written, not what a number would look like.

import { isMap, isScalar, isSeq, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import type { Schema } from '../../../api/schema.ts';
import { planSchema } from './plan-schema.ts';
import { stepSchemas } from './step-schema.ts';

/** Every line stays where it is. What is not valid YAML is left as it is. */
export function withNumbersAsTexts(source: string): string {
  const { contents, errors } = parseDocument(source, { prettyErrors: false });
  if (errors.length > 0) return source;
  let rest = source;
  for (const [start, end] of [...placesIn(contents, planSchema)].sort(([a], [b]) => b - a)) {
    rest = `${rest.slice(0, start)}"${rest.slice(start, end)}"${rest.slice(end)}`;
  }
  return rest;
}

type Place = readonly [start: number, end: number];

function* placesIn(node: unknown, schema: Schema | undefined): Generator<Place> {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const field = fieldOf(schema, name);
      yield* field && name === 'steps' ? placesInSteps(value) : placesIn(value, field);
    }
  } else if (isSeq(node)) {
    for (const item of node.items) yield* placesIn(item, schema?.items);
  } else if (isScalar(node) && schema && isFreeText(schema)) {
    yield* placeOf(node);
  }
}

/** Each has the schema of its kind: see StepReader. */
function* placesInSteps(steps: unknown): Generator<Place> {
  if (!isSeq(steps)) return;
  for (const step of steps.items) if (isMap(step)) yield* placesIn(step, schemaOf(step));
}

function schemaOf(step: YAMLMap): Schema | undefined {
  const kind = Object.keys(stepSchemas).find((key) => step.has(key));
  return kind === undefined ? undefined : stepSchemas[kind];
}

function fieldOf(schema: Schema | undefined, name: string): Schema | undefined {
  const others = schema?.additionalProperties;
  return schema?.properties?.[name] ?? (typeof others === 'object' ? others : undefined);
}

/** Durations, rates and choices are no numbers that somebody left without quotes. */
function isFreeText({ type, pattern, enum: choices }: Schema): boolean {
  return type === 'string' && pattern === undefined && choices === undefined;
}

function* placeOf({ value, range }: Scalar): Generator<Place> {
  if (range && (typeof value === 'number' || typeof value === 'bigint')) yield [range[0], range[1]];
}
