// What a schema says about merging: which maps and lists are atomic, which lists are sets or are keyed, and by what. Compiled once per
// schema and lazily, because schemas may be recursive.

import type { ResolveRef, Schema } from '../schema.ts';
import { type JsonObject, own } from './json-value.ts';
import { dereferenced } from './schema-ref.ts';

export type FieldType = ScalarType | UntypedType | MapType | ListType;

interface ScalarType {
  readonly kind: 'scalar';
}

/** No schema: deduced from the value (see typeFor). */
interface UntypedType {
  readonly kind: 'untyped';
}

/** One key of an associative list; an item without the key has the default, if there is one. */
export interface ListKey {
  readonly name: string;
  readonly fallback: unknown;
}

export interface ListType {
  readonly kind: 'list';
  readonly relation: 'atomic' | 'set' | 'map';
  /** Sorted by name; empty unless the relation is `map`. */
  readonly keys: readonly ListKey[];
  readonly item: FieldType;
}

/** A property of a map. `implied`: the property is always there, as a Go struct is, so nobody owns its mere existence. */
interface Property {
  readonly type: FieldType;
  readonly implied: boolean;
}

export class MapType {
  readonly kind = 'map';
  readonly atomic: boolean;
  /** The type of fields that are not declared; undefined when there may be none. */
  readonly element: FieldType | undefined;
  readonly #declared: ReadonlyMap<string, () => Property>;
  readonly #resolved = new Map<string, Property>();
  readonly #unowned: ReadonlySet<string>;

  constructor(
    declared: ReadonlyMap<string, () => Property>,
    element: FieldType | undefined,
    options: { atomic?: boolean; unowned?: ReadonlySet<string> } = {},
  ) {
    this.#declared = declared;
    this.element = element;
    this.atomic = options.atomic ?? false;
    this.#unowned = options.unowned ?? nothing;
  }

  /** The declared field, or undefined. */
  property(name: string): Property | undefined {
    const known = this.#resolved.get(name);
    if (known) return known;
    const property = this.#declared.get(name)?.();
    if (property) this.#resolved.set(name, property);
    return property;
  }

  typeOf(name: string): FieldType {
    return this.property(name)?.type ?? this.element ?? untyped;
  }

  /** Whether the field is never part of a set: the server's own, such as metadata.uid. */
  isUnowned(name: string): boolean {
    return this.#unowned.has(name);
  }
}

const nothing: ReadonlySet<string> = new Set();
const scalar: ScalarType = { kind: 'scalar' };
const untyped: UntypedType = { kind: 'untyped' };
const atomicList: ListType = { kind: 'list', relation: 'atomic', keys: [], item: untyped };
const untypedMap = new MapType(new Map(), untyped);

/** The type that a value of this type has: without a schema maps are granular and lists atomic. */
export function typeFor(type: FieldType, value: unknown): Exclude<FieldType, UntypedType> {
  if (type.kind !== 'untyped') return type;
  if (Array.isArray(value)) return atomicList;
  return typeof value === 'object' && value !== null ? untypedMap : scalar;
}

const unownedMetadata = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'selfLink',
]);
const unownedTop = new Set(['apiVersion', 'kind']);

/** For custom resources, whose schemas may not describe metadata. */
const metadataSchema: Schema = {
  type: 'object',
  properties: {
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    finalizers: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    ownerReferences: {
      type: 'array',
      items: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { uid: { type: 'string' } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    },
  },
  additionalProperties: true,
};

const objectTypes = new WeakMap<ResolveRef, WeakMap<Schema, MapType>>();

/** The type of whole objects of a kind: the schema's, plus what all objects have in common. */
export function objectType(schema: Schema, resolveRef: ResolveRef): MapType {
  const types = objectTypes.get(resolveRef) ?? new WeakMap<Schema, MapType>();
  objectTypes.set(resolveRef, types);
  const type = types.get(schema) ?? new Compiler(resolveRef).object(schema);
  types.set(schema, type);
  return type;
}

class Compiler {
  readonly #resolveRef: ResolveRef;
  readonly #known = new Map<Schema, FieldType>();

  constructor(resolveRef: ResolveRef) {
    this.#resolveRef = resolveRef;
  }

  object(schema: Schema): MapType {
    const resolved = dereferenced(schema, this.#resolveRef);
    const declared = this.#declared(resolved);
    const metadata = dereferenced(resolved.properties?.metadata ?? {}, this.#resolveRef);
    declared.set('apiVersion', () => ({ type: scalar, implied: false }));
    declared.set('kind', () => ({ type: scalar, implied: false }));
    declared.set('metadata', () => ({
      type: this.#map(metadata.properties ? metadata : metadataSchema, unownedMetadata),
      implied: true,
    }));
    return new MapType(declared, this.#element(resolved), { unowned: unownedTop });
  }

  type(schema: Schema): FieldType {
    const type = this.#known.get(schema) ?? this.#compiled(dereferenced(schema, this.#resolveRef));
    this.#known.set(schema, type);
    return type;
  }

  #compiled(schema: Schema): FieldType {
    if (schema['x-kubernetes-int-or-string']) return scalar;
    if (schema.type === 'array' || schema.items) return this.#list(schema);
    if (schema.properties || typeof schema.additionalProperties === 'object') return this.#map(schema);
    if (schema['x-kubernetes-map-type'] === 'atomic')
      return new MapType(new Map(), untyped, { atomic: true });
    return schema.type === undefined || schema.type === 'object' ? untyped : scalar;
  }

  #map(schema: Schema, unowned: ReadonlySet<string> = nothing): MapType {
    const atomic = schema['x-kubernetes-map-type'] === 'atomic';
    return new MapType(this.#declared(schema), this.#element(schema), { atomic, unowned });
  }

  #declared(schema: Schema): Map<string, () => Property> {
    const declared = new Map<string, () => Property>();
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      declared.set(name, () => ({ type: this.type(property), implied: isImplied(name, property) }));
    }
    return declared;
  }

  #element(schema: Schema): FieldType | undefined {
    const additional = schema.additionalProperties;
    if (typeof additional === 'object') return this.type(additional);
    const open = additional === true || schema['x-kubernetes-preserve-unknown-fields'];
    return open || (!schema.properties && additional === undefined) ? untyped : undefined;
  }

  #list(schema: Schema): ListType {
    const relation = relationOf(schema);
    if (relation === 'atomic') return atomicList;
    const item = this.type(schema.items ?? {});
    return { kind: 'list', relation, keys: relation === 'map' ? this.#keys(schema) : [], item };
  }

  #keys(schema: Schema): ListKey[] {
    const properties = dereferenced(schema.items ?? {}, this.#resolveRef).properties ?? {};
    const names = schema['x-kubernetes-list-map-keys'] ?? [schema['x-kubernetes-patch-merge-key'] as string];
    const keys = names.map((name) => ({ name, fallback: properties[name]?.default }));
    return keys.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Lists of before list types existed say it with their patch strategy, as Kubernetes' own conversion reads it. */
function relationOf(schema: Schema): ListType['relation'] {
  const declared = schema['x-kubernetes-list-type'];
  if (declared) return declared;
  const merges = schema['x-kubernetes-patch-strategy']?.split(',').includes('merge') ?? false;
  if (!merges) return 'atomic';
  return schema['x-kubernetes-patch-merge-key'] === undefined ? 'set' : 'map';
}

const impliedStructs = new Set(['metadata', 'spec', 'status', 'template', 'strategy']);

/** Go's structs by value in the built-in kinds (OpenAPI v3 would say `default: {}`). Custom resources have no references, and no structs. */
function isImplied(name: string, schema: Schema): boolean {
  return schema.$ref !== undefined && impliedStructs.has(name);
}

/** The value of a list key in an item, or its default; undefined when there is neither. */
export function keyValue(key: ListKey, item: JsonObject): unknown {
  return own(item, key.name) ?? key.fallback;
}
