// Label and field selectors of a list or watch, as one predicate over objects in the served version.

import type { AnyObject } from '../../api/object.ts';
import { parseFieldSelector, parseLabelSelector } from '../../api/selectors.ts';
import { badRequest } from '../../api/status.ts';
import type { ServedKind } from '../scheme.ts';

export interface Selection {
  /** True when it takes everything: callers skip conversion and parsing. */
  readonly everything: boolean;
  /** Set when the field selector names exactly one object. */
  readonly name: string | undefined;
  matches(object: AnyObject): boolean;
}

type Requirement = (object: AnyObject) => boolean;

export function selectionOf(kind: ServedKind, labelSelector: string, fieldSelector: string): Selection {
  const requirements: Requirement[] = [];
  let name: string | undefined;
  if (labelSelector.trim() !== '') {
    const labels = parseLabelSelector(labelSelector);
    requirements.push((object) => labels.matches(object.metadata.labels ?? {}));
  }
  for (const { field, op, value } of fieldSelector === '' ? [] : parseFieldSelector(fieldSelector)) {
    const read = fieldReader(kind, field);
    if (field === 'metadata.name' && op === '=') name = value;
    requirements.push((object) => (read(object) === value) === (op === '='));
  }
  return {
    everything: requirements.length === 0,
    name,
    matches: (object) => requirements.every((holds) => holds(object)),
  };
}

function fieldReader(kind: ServedKind, field: string): (object: AnyObject) => string {
  if (field === 'metadata.name') return (object) => object.metadata.name;
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? '';
  const reader = kind.fields?.[field];
  if (!reader) {
    throw badRequest(
      `Unable to find "${kind.plural}.${kind.group}" that match field selector: field label not supported: ${field}`,
    );
  }
  return reader;
}
