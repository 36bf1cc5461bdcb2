// From descriptors to the table that the decoder uses: only what a served kind names, under the names of its definitions and of JSON.

import type { FieldDescriptor, MessageDescriptor } from './descriptors.ts';

export type Definitions = Readonly<Record<string, { properties?: object }>>;
/** By field number: `name type marks`, as src/api/protobuf/messages.ts reads them. */
type MessageTable = Record<string, Record<string, string>>;

/** FieldDescriptorProto.Type */
const messageType = 11;
const scalarTypes: Readonly<Record<number, string>> = {
  1: 'double',
  3: 'integer',
  5: 'integer',
  8: 'bool',
  9: 'string',
  12: 'bytes',
};

export function messageTable(
  messages: ReadonlyMap<string, MessageDescriptor>,
  definitions: Definitions,
): MessageTable {
  const table: MessageTable = {};
  const pending = Object.keys(definitions).filter((name) => messages.has(protoName(name)));
  for (const name of pending) {
    if (table[name]) continue;
    const message = messages.get(protoName(name));
    if (!message) throw new Error(`${name} is named by another message, but nowhere described`);
    table[name] = {};
    for (const field of message.fields) {
      const { text, refersTo } = printField(field, messages, definitions[name]?.properties);
      table[name][field.number] = text;
      if (refersTo) pending.push(refersTo);
    }
  }
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function printField(
  field: FieldDescriptor,
  messages: ReadonlyMap<string, MessageDescriptor>,
  properties: object | undefined,
): { text: string; refersTo: string | undefined } {
  const entry = field.type === messageType ? messages.get(field.typeName.slice(1)) : undefined;
  const isMap = entry?.isMapEntry === true;
  const value = isMap ? (entry.fields.find(({ number }) => number === 2) as FieldDescriptor) : field;
  const isMessage = value.type === messageType;
  const type = isMessage ? definitionName(value.typeName.slice(1)) : scalarTypes[value.type];
  if (!type) throw new Error(`${field.name} has the unknown type ${value.type}`);
  const name = jsonName(field.name, properties);
  const isInline = isMessage && !isMap && name === undefined;
  const isList = !isMap && field.repeated;
  const marks = [isMap && 'm', isList && 'l', !field.repeated && field.nullable && 'p', isInline && 'i'];
  const text = [name ?? field.name, type, marks.filter(Boolean).join('')].join(' ').trim();
  return { text, refersTo: isMessage ? type : undefined };
}

/** Some names differ in case (`uID`). Undefined for a message that JSON does not name: its fields stand in its place. */
function jsonName(name: string, properties: object | undefined): string | undefined {
  if (!properties) return name;
  return Object.keys(properties).find((property) => property.toLowerCase() === name.toLowerCase());
}

/** `io.k8s.api.core.v1.Pod` and `k8s.io.api.core.v1.Pod` are the same. */
function protoName(definition: string): string {
  return definition.replace(/^io\.k8s\./, 'k8s.io.');
}

function definitionName(proto: string): string {
  return proto.replace(/^k8s\.io\./, 'io.k8s.');
}
