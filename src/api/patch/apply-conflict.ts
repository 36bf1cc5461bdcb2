// The 409 of server-side apply, in the words that kubectl and its users know.

import type { ManagedFieldsEntry } from '../object.ts';
import { StatusError } from '../status.ts';
import { type FieldPath, printPath } from './field-path.ts';
import { type FieldSet, paths } from './fields-v1.ts';
import { idOf } from './manager-entries.ts';

/** What one other manager owns and the apply would change. */
export interface Conflict {
  entry: ManagedFieldsEntry;
  fields: FieldSet;
}

/** One cause per manager and field, managers sorted. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const sorted = conflicts.toSorted((a, b) => (idOf(a.entry) < idOf(b.entry) ? -1 : 1));
  const all = sorted.flatMap(({ entry, fields }) => [...paths(fields)].map((path) => ({ entry, path })));
  const causes = all.map(({ entry, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${printManager(entry)}`,
    field: printPath(path),
  }));
  return new StatusError(409, 'Conflict', messageFor(sorted, all), { causes });
}

function messageFor(conflicts: Conflict[], all: { entry: ManagedFieldsEntry; path: FieldPath }[]): string {
  const [only] = all;
  if (only && all.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${printManager(only.entry)}: ${printPath(only.path)}`;
  }
  const lines = conflicts.flatMap(({ entry, fields }) => [
    `conflicts with ${printManager(entry)}:`,
    ...[...paths(fields)].map((path) => `- ${printPath(path)}`),
  ]);
  return `Apply failed with ${all.length} conflicts: ${lines.join('\n')}`;
}

function printManager({ manager = '', operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  const name =
    JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
