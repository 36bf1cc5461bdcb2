// From Kubernetes' protobuf encoding to the JSON value that the same object has. Clients that are written in Go send the built-in kinds so.

import { type MessageField, messageOf } from './messages.ts';
import { wellKnown } from './well-known.ts';
import { WireError, WireReader } from './wire-reader.ts';

type JsonObject = Record<string, unknown>;

/** `k8s\0`, before a runtime.Unknown (k8s.io/apimachinery/pkg/runtime/serializer/protobuf). */
const magic = [0x6b, 0x38, 0x73, 0x00];
/** Deeper than any schema that is not recursive. */
const deepest = 100;

/**
 * The object in a request's body. `definitionOf` names the definition of an apiVersion and kind, or undefined for what is not known here.
 * Throws WireError for bytes that are not such a message.
 */
export function decodeObject(
  bytes: Uint8Array,
  definitionOf: (apiVersion: string, kind: string) => string | undefined,
): JsonObject {
  if (magic.some((byte, index) => bytes[index] !== byte)) throw new WireError('it lacks the prefix "k8s"');
  const { apiVersion, kind, raw } = readEnvelope(bytes.subarray(magic.length));
  const definition = definitionOf(apiVersion, kind);
  if (definition === undefined) throw new WireError(`${kind} ${apiVersion} is not known in this encoding`);
  return { apiVersion, kind, ...decodeMessage(definition, raw, 0) };
}

/** runtime.Unknown: typeMeta = 1 (apiVersion = 1, kind = 2), raw = 2. */
function readEnvelope(bytes: Uint8Array): { apiVersion: string; kind: string; raw: Uint8Array } {
  const [typeMeta = new Uint8Array(), raw = new Uint8Array()] = readBytes(bytes);
  const [apiVersion, kind] = readBytes(typeMeta).map((part) => new TextDecoder().decode(part));
  return { apiVersion: apiVersion ?? '', kind: kind ?? '', raw };
}

/** Fields 1 and 2 of a message that has only fields of bytes. */
function readBytes(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  const found: [Uint8Array, Uint8Array] = [new Uint8Array(), new Uint8Array()];
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const { field, type } = reader.tag();
    if (field === 1 || field === 2) found[field - 1] = delimited(reader, type);
    else reader.skip(type);
  }
  return found;
}

function decodeMessage(definition: string, bytes: Uint8Array, depth: number): JsonObject {
  if (depth > deepest) throw new WireError('it is nested too deeply');
  const message = messageOf(definition);
  if (!message) throw new WireError(`${definition} is not known in this encoding`);
  const object: JsonObject = {};
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const tag = reader.tag();
    const field = message.get(tag.field);
    if (field) readField(object, field, reader, tag.type, depth);
    else reader.skip(tag.type);
  }
  return object;
}

function readField(
  object: JsonObject,
  field: MessageField,
  reader: WireReader,
  type: number,
  depth: number,
): void {
  if (field.map) {
    readEntry(object, field, delimited(reader, type), depth);
    return;
  }
  const value = readValue(field.type, reader, type, depth);
  if (field.inline) Object.assign(object, value);
  else if (field.list) {
    object[field.name] ??= [];
    (object[field.name] as unknown[]).push(value);
  } else if (value !== undefined && (field.pointer || !isZero(value))) object[field.name] = value;
}

/** A map is a list of messages with key = 1 and value = 2. */
function readEntry(object: JsonObject, field: MessageField, bytes: Uint8Array, depth: number): void {
  const reader = new WireReader(bytes);
  let key = '';
  let value: unknown = field.type === 'string' || field.type === 'bytes' ? '' : undefined;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag.field === 1) key = new TextDecoder().decode(delimited(reader, tag.type));
    else if (tag.field === 2) value = readValue(field.type, reader, tag.type, depth);
    else reader.skip(tag.type);
  }
  object[field.name] ??= {};
  define(object[field.name] as JsonObject, key, value);
}

function readValue(type: string, reader: WireReader, wireType: number, depth: number): unknown {
  switch (type) {
    case 'string':
      WireReader.check(wireType, 'delimited');
      return reader.string();
    case 'bytes':
      return base64(delimited(reader, wireType));
    case 'bool':
      WireReader.check(wireType, 'varint');
      return reader.varint() !== 0n;
    case 'integer':
      WireReader.check(wireType, 'varint');
      return reader.integer();
    case 'double':
      WireReader.check(wireType, 'fixed64');
      return reader.double();
  }
  const bytes = delimited(reader, wireType);
  const special = wellKnown(type);
  return special ? special(new WireReader(bytes)) : decodeMessage(type, bytes, depth + 1);
}

function delimited(reader: WireReader, wireType: number): Uint8Array {
  WireReader.check(wireType, 'delimited');
  return reader.bytes();
}

/** What Go leaves out of JSON where the field is no pointer. */
function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}

/** A key may be `__proto__`: it must become a property like any other. */
function define(object: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function base64(bytes: Uint8Array): string {
  let latin1 = '';
  for (const byte of bytes) latin1 += String.fromCharCode(byte);
  return btoa(latin1);
}
