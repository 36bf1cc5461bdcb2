// Server-side Tables (meta.k8s.io/v1): what `kubectl get` prints.

import type { Column } from '../api/kind.ts';
import type { AnyObject } from '../api/object.ts';
import type { ServedKind } from './scheme.ts';

export interface TableOptions {
  version: string;
  includeObject: 'None' | 'Metadata' | 'Object';
  /** Wall-clock milliseconds, for ages. */
  now: number;
}

export interface TableMeta {
  resourceVersion?: string;
  continue?: string;
  remainingItemCount?: number;
}

/** `withColumns` is false for the later events of a watch: kubectl has the columns from the first. */
export function tableOf(
  kind: Pick<ServedKind, 'columns'>,
  objects: readonly AnyObject[],
  metadata: TableMeta,
  options: TableOptions,
  withColumns = true,
): AnyObject {
  const columns = columnsOf(kind);
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: withColumns ? columns.map(columnDefinition) : null,
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.value(object, options.now)),
      ...includedObject(object, options),
    })),
  } as unknown as AnyObject;
}

/** The object itself, or its metadata, in each row. */
function includedObject(object: AnyObject, { includeObject, version }: TableOptions): { object?: unknown } {
  if (includeObject === 'None') return {};
  if (includeObject === 'Object') return { object };
  return { object: partialMetadata(object, version) };
}

export function partialMetadata(object: AnyObject, version: string): AnyObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: object.metadata,
  };
}

const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  value: (object) => object.metadata.name,
};

const createdColumn: Column = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created.',
  value: (object) => object.metadata.creationTimestamp,
};

function columnsOf(kind: Pick<ServedKind, 'columns'>): Column[] {
  return kind.columns.length > 0 ? kind.columns : [nameColumn, createdColumn];
}

function columnDefinition(column: Column): object {
  return {
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description: column.description ?? '',
    priority: column.priority ?? 0,
  };
}
