// Reads JSON into a built-in kind the way Go's decoder does: finds the first value of a wrong type, drops nulls, and puts
// quantities and times into the one form in which they are stored. Unknown fields are another file's business.

import { canonicalQuantity } from '../quantity.ts';
import type { Schema } from '../schema.ts';
import { definition } from './definitions.ts';
import { isBase64, isDateTime } from './formats.ts';
import { isJsonObject, type JsonObject, jsonTypeOf } from './json-type.ts';

/** Where the decoder is, for the text of a problem: the innermost named type, and the fields from the root (no positions). */
interface Context {
  struct: string;
  fields: string[];
  /** How many named types the decoder is inside of: only they can be nested without end. */
  depth: number;
}

/** Gives the value in stored form. Throws DecodeError. */
type Decoder = (value: unknown, context: Context) => unknown;

class DecodeError extends Error {}

/** The decoder recurses: it must refuse before the stack ends. */
const deepest = 1000;

/** decodeProblem, see structural.ts. */
export function decode(schema: string | Schema, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  const context: Context = { struct: '', fields: [], depth: 0 };
  try {
    const decoder =
      typeof schema === 'string'
        ? decoderOf(definition(schema), goTypeOf({ $ref: schema }))
        : decoderOf(schema, goTypeOf(schema));
    decoder(value, context);
    return undefined;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

const compiled = new WeakMap<Schema, Decoder>();

function decoderOf(schema: Schema, goType = goTypeOf(schema)): Decoder {
  let decoder = compiled.get(schema);
  if (!decoder) {
    decoder = compile(schema, goType);
    compiled.set(schema, decoder);
  }
  return decoder;
}

function compile(schema: Schema, goType: string): Decoder {
  if (schema.$ref !== undefined) return compileReference(schema.$ref);
  if (schema.anyOf) return compileAlternatives(schema.anyOf);
  if (schema['x-kubernetes-int-or-string']) return decodeIntOrString;
  if (schema.properties) return compileStruct(schema.properties, goType);
  if (schema.additionalProperties) return compileMap(schema.additionalProperties, goType);
  if (schema.items) return compileList(schema.items, goType);
  if (schema['x-kubernetes-preserve-unknown-fields']) return (value) => value;
  return compileScalar(schema, goType);
}

/** Resolved on first use: definitions may refer to themselves. */
function compileReference(name: string): Decoder {
  let target: Decoder | undefined;
  return (value, context) => {
    target ??= decoderOf(definition(name), goTypeOf({ $ref: name }));
    if (++context.depth > deepest) throw new DecodeError('json: exceeded max depth');
    const decoded = target(value, context);
    context.depth--;
    return decoded;
  };
}

/** A schema or a list of schemas, a schema or a boolean: the JSON type tells which. */
function compileAlternatives(alternatives: Schema[]): Decoder {
  const options = alternatives.map((schema) => ({
    type: schema.type ?? 'object',
    decoder: decoderOf(schema),
  }));
  return (value, context) => {
    const type = jsonTypeOf(value);
    const option = options.find((candidate) => candidate.type === type) ?? options[0];
    return option ? option.decoder(value, context) : value;
  };
}

function compileStruct(properties: Record<string, Schema>, goType: string): Decoder {
  const decoders = new Map(Object.entries(properties).map(([name, schema]) => [name, decoderOf(schema)]));
  const struct = goType.slice(goType.indexOf('.') + 1);
  return (value, context) => {
    if (!isJsonObject(value)) throw mismatch(value, goType, context);
    const outer = context.struct;
    for (const name in value) decodeField(value, name, decoders.get(name), struct, context);
    context.struct = outer;
    return value;
  };
}

function decodeField(
  object: JsonObject,
  name: string,
  decoder: Decoder | undefined,
  struct: string,
  context: Context,
): void {
  if (!decoder) return;
  const before = object[name];
  if (before === null) {
    delete object[name];
    return;
  }
  context.struct = struct;
  context.fields.push(name);
  const after = decoder(before, context);
  context.fields.pop();
  if (after !== before) object[name] = after;
}

function compileMap(values: Schema | boolean, goType: string): Decoder {
  const schema = values === true ? {} : (values as Schema);
  const decoder = decoderOf(schema);
  const zero = zeroOf(schema);
  return (value, context) => {
    if (!isJsonObject(value)) throw mismatch(value, goType, context);
    for (const key in value) {
      const before = value[key];
      const after = before === null ? zero() : decoder(before, context);
      if (after !== before) value[key] = after;
    }
    return value;
  };
}

function compileList(items: Schema, goType: string): Decoder {
  const decoder = decoderOf(items);
  const zero = zeroOf(items);
  return (value, context) => {
    if (!Array.isArray(value)) throw mismatch(value, goType, context);
    for (let index = 0; index < value.length; index++) {
      const before = value[index];
      const after = before === null ? zero() : decoder(before, context);
      if (after !== before) value[index] = after;
    }
    return value;
  };
}

/** What Go has where a list or a map says null. */
function zeroOf(schema: Schema): () => unknown {
  if (schema.$ref?.endsWith('.Quantity')) return () => '0';
  if (schema.$ref !== undefined || schema.type === 'object') return () => ({});
  if (schema.type === 'array') return () => [];
  if (schema.type === 'string') return () => '';
  if (schema.type === 'boolean') return () => false;
  return schema.type === undefined ? () => null : () => 0;
}

function compileScalar({ type, format }: Schema, goType: string): Decoder {
  switch (type) {
    case 'string':
      return stringDecoders[format ?? ''] ?? decodeString;
    case 'boolean':
      return (value, context) => {
        if (typeof value !== 'boolean') throw mismatch(value, goType, context);
        return value;
      };
    case 'integer':
      return format === 'int32' ? decodeInt32 : decodeInt64;
    case 'number':
      return (value, context) => {
        if (typeof value !== 'number') throw mismatch(value, goType, context);
        return value;
      };
    case 'object':
      return compileStruct({}, goType);
    default:
      return (value) => value;
  }
}

const decodeString: Decoder = (value, context) => {
  if (typeof value !== 'string') throw mismatch(value, 'string', context);
  return value;
};

const stringDecoders: Record<string, Decoder> = {
  byte: (value, context) => {
    if (typeof value !== 'string') throw mismatch(value, '[]uint8', context);
    if (!isBase64(value)) throw new DecodeError(base64Problem(value));
    return value;
  },
  'date-time': (value) => decodeTime(value, 0),
  'date-time-micro': (value) => decodeTime(value, 6),
  quantity: (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new DecodeError(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      );
    }
    try {
      return canonicalQuantity(value);
    } catch (error) {
      throw new DecodeError((error as Error).message, { cause: error });
    }
  },
};

const decodeIntOrString: Decoder = (value) => {
  return typeof value === 'string' ? value : decodeInt32(value, nowhere);
};

const decodeInt32: Decoder = (value, context) => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value !== (value | 0)) {
    throw mismatch(value, 'int32', context);
  }
  return value;
};

const decodeInt64: Decoder = (value, context) => {
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 2 ** 63) {
    throw mismatch(value, 'int64', context);
  }
  return value;
};

/** Types with a decoder of their own in Go know nothing of the field they are in. */
const nowhere: Context = { struct: '', fields: [], depth: 0 };

const wholeSeconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function decodeTime(value: unknown, digits: number): string {
  if (typeof value !== 'string') throw mismatch(value, 'string', nowhere);
  if (!isDateTime(value)) {
    throw new DecodeError(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse it`,
    );
  }
  if (digits === 0 && wholeSeconds.test(value)) return value;
  const seconds = new Date(value.replace(/[.,]\d+/, '').replace(' ', 'T')).toISOString().slice(0, 19);
  const fraction = /[.,](\d+)/.exec(value)?.[1] ?? '';
  return digits === 0 ? `${seconds}Z` : `${seconds}.${fraction.padEnd(digits, '0').slice(0, digits)}Z`;
}

function base64Problem(text: string): string {
  const first = text.search(/[^A-Za-z\d+/\r\n]/);
  return `illegal base64 data at input byte ${first < 0 ? Math.max(0, text.length - (text.length % 4)) : first}`;
}

function mismatch(value: unknown, goType: string, { struct, fields }: Context): DecodeError {
  const target =
    struct === ''
      ? `Go value of type ${goType}`
      : `Go struct field ${struct}.${fields.join('.')} of type ${goType}`;
  return new DecodeError(`json: cannot unmarshal ${goNameOf(value, goType)} into ${target}`);
}

/** The value as Go's decoder calls it: a number that does not fit is shown, others go by their type. */
function goNameOf(value: unknown, goType: string): string {
  if (typeof value === 'number') return goType.startsWith('int') ? `number ${value}` : 'number';
  return typeof value === 'boolean' ? 'bool' : jsonTypeOf(value);
}

/** The Go type of a schema: `v1.PodSpec`, `[]v1.Container`, `map[string]string`, `int32`. */
function goTypeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('.').slice(-2).join('.');
  if (schema.items) return `[]${goTypeOf(schema.items)}`;
  if (schema.additionalProperties) {
    const values = schema.additionalProperties === true ? {} : schema.additionalProperties;
    return values.$ref?.endsWith('.Quantity') ? 'v1.ResourceList' : `map[string]${goTypeOf(values)}`;
  }
  if (schema.type === 'integer') return schema.format ?? 'int64';
  if (schema.type === 'string' && schema.format === 'byte') return '[]uint8';
  const names: Record<string, string> = { boolean: 'bool', number: 'float64', object: 'struct {}' };
  return schema.type ? (names[schema.type] ?? schema.type) : 'interface {}';
}
