// JSONPath as Jayway's library has it, which JMeter uses: what a path is made of.

import type { Json } from './json-text.ts';

export interface JsonPath {
  /** `@` in a filter. */
  readonly isRelative: boolean;
  readonly steps: readonly JsonPathStep[];
  /** Of all that was found, or of the one value: `length()`. */
  readonly summary?: Summary;
}

export const summaries = ['length', 'size', 'min', 'max', 'avg', 'sum', 'keys', 'first', 'last'] as const;
export type Summary = (typeof summaries)[number];

export type JsonPathStep =
  | { readonly type: 'names'; readonly names: readonly string[] }
  | { readonly type: 'indexes'; readonly indexes: readonly number[] }
  | { readonly type: 'slice'; readonly from?: number; readonly to?: number }
  | { readonly type: 'all' }
  | { readonly type: 'filter'; readonly filter: Filter }
  /** What comes next is looked for at every depth. */
  | { readonly type: 'deep' };

export type Filter =
  | { readonly type: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'not'; readonly filter: Filter }
  | { readonly type: 'exists'; readonly path: JsonPath }
  | {
      readonly type: 'compare';
      readonly operator: Comparison;
      readonly left: Operand;
      readonly right: Operand;
    };

export const comparisons = [
  ...(['===', '!==', '==', '!=', '<=', '>=', '<', '>', '=~'] as const),
  ...(['in', 'nin', 'contains', 'size', 'empty'] as const),
] as const;
export type Comparison = (typeof comparisons)[number];

export type Operand =
  | { readonly type: 'path'; readonly path: JsonPath }
  | { readonly type: 'value'; readonly value: Json }
  | { readonly type: 'regex'; readonly regex: RegExp };

/** Values that are nested deeper are not looked at: walking them would exhaust the stack. */
export const deepest = 500;

/** A path, or a text, that cannot be read. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** It leads to one value at most. */
export function isDefinite({ steps }: JsonPath): boolean {
  return steps.every(
    (step) =>
      (step.type === 'names' && step.names.length === 1) ||
      (step.type === 'indexes' && step.indexes.length === 1),
  );
}
