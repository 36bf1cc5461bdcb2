// The reference of what can be written into an object or a file, from its schema.

import { duration, percent } from '../../src/api/relevo/field-schemas.ts';
import type { Schema } from '../../src/api/schema.ts';
import { code, markdownTable } from './markdown-table.ts';

/** Markdown: one row for each field, with its whole path. Fields that every reader of Kubernetes knows are not told again. */
export function schemaReference(schema: Schema): string {
  return markdownTable(['field', 'value', 'default', ''], rowsOf(schema, ''));
}

const known = ['matchLabels', 'matchExpressions'];

function rowsOf(schema: Schema, at: string): string[][] {
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => !known.includes(name));
  return fields.flatMap(([name, field]) => {
    const path = at === '' ? name : `${at}.${name}`;
    const isNeeded = schema.required?.includes(name) ?? false;
    const isList = field.type === 'array';
    const below = isList ? rowsOf(field.items as Schema, `${path}[]`) : rowsOf(field, path);
    return [
      [code(path), valuesOf(field), isNeeded ? 'needed' : defaultOf(field), field.description ?? ''],
      ...below,
    ];
  });
}

const patterns: Readonly<Record<string, string>> = {
  [String(duration('').pattern)]: 'duration',
  [String(percent('').pattern)]: 'percentage',
};

function valuesOf({ type, enum: choices, pattern, format, items, properties, ...range }: Schema): string {
  if (range['x-kubernetes-int-or-string']) return format === 'count' ? 'number or text' : 'limit';
  if (type === 'number') return `${range.minimum ?? 0} or more`;
  if (choices) return choices.map((choice) => code(String(choice))).join(', ');
  if (type === 'array') return 'list';
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer')
    return `${range.minimum ?? 0} ${range.maximum === undefined ? 'or more' : `to ${range.maximum}`}`;
  if (type === 'string') return format === 'date-time' ? 'time' : (patterns[pattern ?? ''] ?? 'text');
  return properties && known.some((name) => name in properties) ? 'selector' : '';
}

function defaultOf({ default: usual }: Schema): string {
  return usual === undefined || typeof usual === 'object' ? '' : code(String(usual));
}
