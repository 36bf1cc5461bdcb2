// What an applier gives up: fields that its last configuration had, its new one leaves out and no other manager owns.
//
// Declared fields are not members of a set when something below them is: whoever owns spec.replicas does not list spec. Here
// they count as members all the same, so that a struct of which nothing is owned any more goes as a whole, defaults included.

import { type FieldType, MapType } from './field-type.ts';
import { difference, type FieldSet, isEmpty, leafNode } from './fields-v1.ts';
import { removeFields } from './typed.ts';

/** The merged object without what was owned by `last` and is not in `kept`, the union of what all managers own now. */
export function prune<T extends object>(merged: T, last: FieldSet, kept: FieldSet, type: MapType): T {
  const gone = difference(namedFieldsIn(last, type), namedFieldsIn(kept, type));
  return isEmpty(gone) ? merged : removeFields(merged, gone, type);
}

/** The set with every declared field above its members; entries of maps and items of lists stay as they are. */
function namedFieldsIn(node: FieldSet, type: FieldType): FieldSet {
  const out: FieldSet = {};
  for (const element in node) {
    const child = node[element] as FieldSet;
    out[element] = element === '.' || isEmpty(child) ? child : named(child, element, type);
  }
  return out;
}

function named(child: FieldSet, element: string, type: FieldType): FieldSet {
  if (!element.startsWith('f:')) return namedFieldsIn(child, type.kind === 'list' ? type.item : type);
  if (!(type instanceof MapType)) return namedFieldsIn(child, { kind: 'untyped' });
  const property = type.property(element.slice(2));
  const below = namedFieldsIn(child, property?.type ?? type.typeOf(element.slice(2)));
  return property && !below['.'] ? { '.': leafNode, ...below } : below;
}
