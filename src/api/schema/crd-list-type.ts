// The rules about list and map types in the schema of a custom resource definition.

import { type FieldError, forbidden, invalid, notSupported, required } from '../field-error.ts';
import type { Schema } from '../schema.ts';

export function listTypeErrors(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  checkMapType(schema, path, errors);
  checkListMapKeys(schema, path, errors);
  const listType = schema['x-kubernetes-list-type'];
  if (listType === undefined) return errors;
  if (!['atomic', 'set', 'map'].includes(listType)) {
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  }
  if (schema.type !== 'array') {
    const detail = 'must be array if x-kubernetes-list-type is specified';
    errors.push(
      schema.type ? invalid(`${path}.type`, schema.type, detail) : required(`${path}.type`, detail),
    );
  }
  if (listType === 'set') checkSet(schema, path, errors);
  if (listType === 'map') checkListMap(schema, path, errors);
  return errors;
}

function checkMapType(schema: Schema, path: string, errors: FieldError[]): void {
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return;
  if (!['atomic', 'granular'].includes(mapType)) {
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
  if (schema.type !== 'object') {
    const detail = 'must be object if x-kubernetes-map-type is specified';
    errors.push(
      schema.type ? invalid(`${path}.type`, schema.type, detail) : required(`${path}.type`, detail),
    );
  }
}

function checkListMapKeys(schema: Schema, path: string, errors: FieldError[]): void {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const listType = schema['x-kubernetes-list-type'];
  if (keys.length === 0 || listType === 'map') return;
  const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
  const where = `${path}.x-kubernetes-list-type`;
  errors.push(listType === undefined ? required(where, detail) : invalid(where, listType, detail));
}

/** Items of a set are compared whole: they must be scalars, or atomic. */
function checkSet({ items }: Schema, path: string, errors: FieldError[]): void {
  if (!items) return;
  if (items.nullable) {
    const detail = 'cannot be nullable when x-kubernetes-list-type is set';
    errors.push(forbidden(`${path}.items.nullable`, detail));
  }
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    errors.push(
      invalid(`${path}.items.x-kubernetes-map-type`, items['x-kubernetes-map-type'] ?? null, detail),
    );
  }
  const listType = items['x-kubernetes-list-type'];
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic') {
    const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    errors.push(invalid(`${path}.items.x-kubernetes-list-type`, listType, detail));
  }
}

function checkListMap(schema: Schema, path: string, errors: FieldError[]): void {
  const { items } = schema;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keysPath = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) {
    errors.push(required(keysPath, 'must not be empty if x-kubernetes-list-type is map'));
  }
  if (!items) {
    errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    return;
  }
  if (items.type !== 'object') {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    errors.push(invalid(`${path}.items.type`, items.type ?? '', detail));
  }
  if (new Set(keys).size < keys.length) {
    errors.push(invalid(keysPath, keys, 'must not contain duplicate entries'));
  }
  keys.forEach((key, index) => {
    checkKey(items, key, `${keysPath}[${index}]`, `${path}.items.properties[${key}]`, errors);
  });
}

/** Without a value for each key an item has no identity. */
function checkKey(items: Schema, key: string, keyPath: string, path: string, errors: FieldError[]): void {
  const property = items.properties?.[key];
  if (!property) {
    errors.push(invalid(keyPath, key, 'entries must all be names of item properties'));
    return;
  }
  if (property.type === 'array' || property.type === 'object') {
    const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
    errors.push(invalid(`${path}.type`, property.type, detail));
  }
  if (property.nullable) {
    const detail = "this property is in x-kubernetes-list-map-keys, so it can't be nullable";
    errors.push(forbidden(`${path}.nullable`, detail));
  }
  if (property.default === undefined && !items.required?.includes(key)) {
    const detail =
      'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
    errors.push(required(`${path}.default`, detail));
  }
}
