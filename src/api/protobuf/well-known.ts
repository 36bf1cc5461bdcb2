// The messages whose JSON is not an object of their fields: times, quantities, numbers that may be texts, raw JSON.

import { WireError, type WireReader } from './wire-reader.ts';

/** undefined: absent in JSON. */
type Special = (reader: WireReader) => unknown;

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

const specials: Readonly<Record<string, Special>> = {
  [`${meta}.Time`]: (reader) => readTime(reader, 0),
  [`${meta}.MicroTime`]: (reader) => readTime(reader, 6),
  [`${meta}.Duration`]: (reader) => `${(fieldsOf(reader, readInteger).get(1) ?? 0) / 1e9}s`,
  [`${meta}.FieldsV1`]: readJson,
  'io.k8s.apimachinery.pkg.runtime.RawExtension': readJson,
  'io.k8s.apimachinery.pkg.api.resource.Quantity': (reader) => fieldsOf(reader, readText).get(1) || '0',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': readIntOrString,
  'io.k8s.api.authentication.v1.ExtraValue': readTexts,
  'io.k8s.api.authorization.v1.ExtraValue': readTexts,
};

export function wellKnown(definition: string): Special | undefined {
  return Object.hasOwn(specials, definition) ? specials[definition] : undefined;
}

const readText = (reader: WireReader): string => reader.string();
const readInteger = (reader: WireReader): number => reader.integer();

/** The last value of each field; those of another wire type than `read` takes must not be there. */
function fieldsOf<T>(reader: WireReader, read: (reader: WireReader, type: number) => T): Map<number, T> {
  const fields = new Map<number, T>();
  while (!reader.done) {
    const { field, type } = reader.tag();
    fields.set(field, read(reader, type));
  }
  return fields;
}

/** seconds = 1, nanos = 2; nothing at all is the zero time. */
function readTime(reader: WireReader, digits: number): string | undefined {
  const fields = fieldsOf(reader, readInteger);
  const seconds = fields.get(1);
  if (seconds === undefined) return undefined;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new WireError('it has a time out of range');
  const whole = date.toISOString().slice(0, 19);
  const fraction = String(fields.get(2) ?? 0)
    .padStart(9, '0')
    .slice(0, digits);
  return digits > 0 ? `${whole}.${fraction}Z` : `${whole}Z`;
}

/** type = 1 (0: number, 1: text), intVal = 2, strVal = 3. */
function readIntOrString(reader: WireReader): number | string {
  const fields = fieldsOf(reader, (from, type) => (type === 2 ? from.string() : from.integer()));
  return fields.get(1) === 1 ? String(fields.get(3) ?? '') : Number(fields.get(2) ?? 0);
}

function readJson(reader: WireReader): unknown {
  const text = fieldsOf(reader, readText).get(1);
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WireError('it has a part that is not JSON', { cause });
  }
}

function readTexts(reader: WireReader): string[] {
  const texts: string[] = [];
  while (!reader.done) {
    reader.tag();
    texts.push(reader.string());
  }
  return texts;
}
