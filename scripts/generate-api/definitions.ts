// Turns the client's models into definitions in the schema language of src/api/schema.ts, with what the hand-written
// tables add.

import type { Schema } from '../../src/api/schema.ts';
import { type Model, type ModelField, modelExists, modelsIn, readModel } from './client-models.ts';
import { definitionNameOf, groupVersionKindOf } from './definition-names.ts';
import { extraDefinitions, typeOverrides } from './extra-definitions.ts';
import { fieldDescription } from './extra-descriptions.ts';
import { schemaKeys } from './schema-keys.ts';

export interface Generated {
  definitions: Record<string, Schema>;
  /** Definition → field (or '' for the type itself) → text. */
  descriptions: Record<string, Record<string, string>>;
}

const quantity = { $ref: 'io.k8s.apimachinery.pkg.api.resource.Quantity' };
const time = { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time' };

/** Everything that the models `roots`, their list kinds and the extra definitions reach, sorted by name. */
export async function generateDefinitions(roots: readonly string[]): Promise<Generated> {
  const found: Generated = { definitions: {}, descriptions: {} };
  for (const model of await reachableModels(roots)) addModel(found, model);
  for (const [name, { schema, descriptions }] of Object.entries(extraDefinitions)) {
    found.definitions[name] = schema;
    found.descriptions[name] = descriptions;
  }
  applySchemaKeys(found.definitions);
  fillDescriptions(found);
  return { definitions: sorted(found.definitions), descriptions: sorted(found.descriptions) };
}

async function reachableModels(roots: readonly string[]): Promise<Model[]> {
  const models = new Map<string, Model>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (models.has(name)) continue;
    const model = await readModel(name);
    models.set(name, model);
    if (modelExists(`${name}List`)) queue.push(`${name}List`);
    queue.push(...model.fields.flatMap((field) => modelsIn(field.type)));
  }
  return [...models.values()];
}

function addModel(into: Generated, model: Model): void {
  const name = definitionNameOf(model.name);
  const properties: Record<string, Schema> = {};
  const descriptions: Record<string, string> = { '': model.description };
  for (const field of model.fields) {
    properties[field.name] = typeOverrides[`${name}.${field.name}`] ?? schemaOf(field.type, field);
    descriptions[field.name] = field.description;
  }
  const required = model.fields.filter((field) => field.required).map((field) => field.name);
  const schema: Schema = { type: 'object', properties };
  if (required.length > 0) schema.required = required;
  if ('apiVersion' in properties && 'kind' in properties && isKind(properties)) {
    schema['x-kubernetes-group-version-kind'] = [groupVersionKindOf(name)];
  }
  into.definitions[name] = schema;
  into.descriptions[name] = descriptions;
}

/** References to objects also have apiVersion and kind; kinds have metadata, or are one of the few without. */
function isKind(properties: Record<string, Schema>): boolean {
  const bare = ['preconditions', 'resources', 'groups', 'serverAddressByClientCIDRs'];
  return 'metadata' in properties || bare.some((field) => field in properties);
}

function schemaOf(type: string, field: ModelField): Schema {
  const list = /^Array<(.*)>$/.exec(type);
  if (list) return { type: 'array', items: schemaOf(list[1] ?? '', field) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return { type: 'object', additionalProperties: schemaOf(map[1] ?? '', field) };
  if (modelExists(type)) return { $ref: definitionNameOf(type) };
  return scalarOf(type, field);
}

function scalarOf(type: string, { name, format }: ModelField): Schema {
  switch (type) {
    case 'string':
      return format === '' ? { type } : { type, format };
    case 'boolean':
      return { type };
    case 'number':
      return format === 'double' ? { type, format } : { type: 'integer', format: format || 'int64' };
    case 'Date':
      return time;
    case 'V1MicroTime':
      return { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime' };
    case 'IntOrString':
      return { $ref: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString' };
    default:
      throw new Error(`no schema is known for field ${name} of type ${type}`);
  }
}

function applySchemaKeys(definitions: Record<string, Schema>): void {
  for (const [definitionPackage, types] of Object.entries(schemaKeys)) {
    for (const [type, fields] of Object.entries(types)) {
      const definition = definitions[`${definitionPackage}.${type}`];
      for (const [field, words] of Object.entries(fields)) {
        const target = field === '' ? definition : definition?.properties?.[field];
        if (!target)
          throw new Error(`schema keys name an unknown field: ${definitionPackage}.${type}.${field}`);
        for (const word of words.split('; ')) applyWord(target, word);
      }
    }
  }
}

function applyWord(target: Schema, word: string): void {
  const [verb = '', first = '', second] = word.split(' ');
  switch (verb) {
    case 'atomic':
    case 'set':
    case 'map':
      if (target.type === 'array') target['x-kubernetes-list-type'] = verb;
      else if (verb === 'atomic') target['x-kubernetes-map-type'] = verb;
      else throw new Error(`${word} is for lists`);
      if (verb === 'map') target['x-kubernetes-list-map-keys'] = first.split(',');
      return;
    case 'patch':
      target['x-kubernetes-patch-strategy'] = first;
      if (second) target['x-kubernetes-patch-merge-key'] = second;
      return;
    case 'default':
      target.default = JSON.parse(first);
      return;
    case 'quantity':
      becomeQuantity(target);
      return;
    default:
      throw new Error(`unknown schema key ${word}`);
  }
}

function becomeQuantity(target: Schema): void {
  if (target.type === 'object') {
    target.additionalProperties = quantity;
    return;
  }
  delete target.type;
  target.$ref = quantity.$ref;
}

function fillDescriptions({ definitions, descriptions }: Generated): void {
  for (const [name, texts] of Object.entries(descriptions)) {
    if (texts[''] === '') throw new Error(`no description: ${name}`);
    for (const [field, schema] of Object.entries(definitions[name]?.properties ?? {})) {
      texts[field] ||= fieldDescription(name, field) ?? descriptions[schema.$ref ?? '']?.[''] ?? '';
      if (texts[field] === '') throw new Error(`no description: ${name}.${field}`);
    }
  }
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
