// The columns that `kubectl get` shows of a custom kind: the name and what the definition lists, or name and age.

import { nameColumn } from '../../api/columns.ts';
import { ageSince } from '../../api/duration.ts';
import type { V1CustomResourceColumnDefinition } from '../../api/generated/types.ts';
import type { Column } from '../../api/kind.ts';
import type { AnyObject } from '../../api/object.ts';
import { compileJsonPath } from './json-path.ts';
import { JsonPathError } from './json-path-parser.ts';

type Cell = string | number | boolean | null;

const ageColumn: V1CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: 'The time since the object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** A path that cannot be read takes all of the definition's columns away, as in Kubernetes. */
export function printerColumns(declared: readonly V1CustomResourceColumnDefinition[] = []): Column[] {
  if (declared.length === 0) return [nameColumn as Column, columnOf(ageColumn)];
  try {
    return [nameColumn as Column, ...declared.map(columnOf)];
  } catch (error) {
    if (error instanceof JsonPathError) return printerColumns();
    throw error;
  }
}

function columnOf(declared: V1CustomResourceColumnDefinition): Column {
  const { name, format, description, priority = 0, jsonPath } = declared;
  const type = declared.type as Column['type'];
  const find = compileJsonPath(jsonPath);
  return {
    name,
    type,
    ...(format ? { format } : {}),
    ...(description ? { description } : {}),
    priority: priority > 0 ? 1 : 0,
    value: (object: AnyObject, now) => cellOf(type, find(object)[0], now),
  };
}

/** Null, which prints as nothing, where the value is not of the column's type. */
function cellOf(type: Column['type'], value: unknown, now: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return dateCell(value, now);
  }
}

function dateCell(value: unknown, now: number): Cell {
  if (typeof value !== 'string') return null;
  return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageSince(value, now);
}
