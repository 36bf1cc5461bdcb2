// The columns that many kinds share, and short ways to declare one.

import { ageSince } from './duration.ts';
import type { Column } from './kind.ts';
import type { KubeObject } from './object.ts';

type Cell<T> = Column<T>['value'];

/** A text column that is always shown. */
export function text<T>(name: string, value: Cell<T>, description = ''): Column<T> {
  return { name, type: 'string', description, value };
}

/** A text column shown only with `-o wide`. */
export function wide<T>(name: string, value: Cell<T>, description = ''): Column<T> {
  return { name, type: 'string', description, priority: 1, value };
}

export function integer<T>(name: string, value: Cell<T>, description = ''): Column<T> {
  return { name, type: 'integer', description, value };
}

export const nameColumn: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  value: (object) => object.metadata.name,
};

export const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  description: 'The time since the object was created.',
  value: (object, now) => ageSince(object.metadata.creationTimestamp, now),
};

export const createdAtColumn: Column<KubeObject> = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created, in RFC 3339 form and UTC.',
  value: (object) => object.metadata.creationTimestamp,
};

/** `a,b,c + 2 more...`: at most `max` entries and the number of those left out. */
export function listWithMore(list: readonly string[], max: number, separator = ','): string {
  const head = list.slice(0, max).join(separator);
  return list.length > max ? `${head} + ${list.length - max} more...` : head;
}

/** `a=1,b=2` sorted by key, `<none>` when empty. */
export function formatLabels(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}
