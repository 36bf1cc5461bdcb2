// The JSONPath of Kubernetes (client-go's dialect), as definitions use it for columns, selectable fields and scale: evaluated, never
// executed. A path that is missing from a value finds nothing; that is no error.

import { type Filter, type Operand, parseJsonPath, type Step } from './json-path-parser.ts';

export type JsonPath = (value: unknown) => unknown[];

/** The values at a path such as `.status.conditions[?(@.type=="Ready")].status`. Throws JsonPathError when it cannot be read. */
export function compileJsonPath(path: string): JsonPath {
  const steps = parseJsonPath(path);
  return (value) => walk(steps, [value]);
}

function walk(steps: readonly Step[], start: unknown[]): unknown[] {
  let found = start;
  for (const step of steps) {
    if (found.length === 0) return found;
    found = found.flatMap((value) => take(step, value));
  }
  return found;
}

function take(step: Step, value: unknown): unknown[] {
  switch (step.kind) {
    case 'field':
      return fieldOf(value, step.name);
    case 'all':
      return childrenOf(value);
    case 'descendants':
      return descendantsOf(value);
    case 'slice':
      return Array.isArray(value) ? sliceOf(value, step) : [];
    case 'union':
      return step.steps.flatMap((option) => take(option, value));
    case 'filter':
      return Array.isArray(value) ? value.filter((item) => passes(step.filter, item)) : [];
  }
}

function fieldOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : [];
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

/** The value itself and all below it, parents first. */
function descendantsOf(value: unknown): unknown[] {
  return [value, ...childrenOf(value).flatMap(descendantsOf)];
}

function sliceOf(list: unknown[], { start, end, step }: Extract<Step, { kind: 'slice' }>): unknown[] {
  const at = (index: number) => (index < 0 ? index + list.length : index);
  const from = Math.max(0, at(start ?? 0));
  const to = Math.min(list.length, end === undefined ? list.length : at(end));
  const found: unknown[] = [];
  for (let index = from; index < to; index += step) found.push(list[index]);
  return found;
}

function passes({ left, operator, right }: Filter, item: unknown): boolean {
  const [a] = valuesOf(left, item);
  if (operator === undefined) return a !== undefined;
  const [b] = valuesOf(right as Operand, item);
  if (a === undefined || b === undefined) return false;
  return compare[operator](a, b);
}

function valuesOf(operand: Operand, item: unknown): unknown[] {
  return 'literal' in operand ? [operand.literal] : walk(operand.path, [item]);
}

/** Values of different types are unequal and in no order. */
const compare: Record<NonNullable<Filter['operator']>, (a: unknown, b: unknown) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => comparable(a, b) && (a as number) < (b as number),
  '<=': (a, b) => comparable(a, b) && (a as number) <= (b as number),
  '>': (a, b) => comparable(a, b) && (a as number) > (b as number),
  '>=': (a, b) => comparable(a, b) && (a as number) >= (b as number),
};

function comparable(a: unknown, b: unknown): boolean {
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
}
