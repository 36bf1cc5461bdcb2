// How Kubernetes' messages are numbered, as generated from the descriptors that kubectl itself carries (scripts/generate-wire.ts).

import table from '../generated/messages.json' with { type: 'json' };

export interface MessageField {
  /** As in JSON. */
  name: string;
  /** `string`, `bytes`, `bool`, `integer`, `double`, or the definition that it is a message of. */
  type: string;
  list: boolean;
  /** From strings to `type`. */
  map: boolean;
  /** Absence and zero differ: a pointer in Go. */
  pointer: boolean;
  /** The fields of the message stand in JSON among those of its owner. */
  inline: boolean;
}

export type Message = ReadonlyMap<number, MessageField>;

const encoded: Readonly<Record<string, Readonly<Record<string, string>>>> = table;
const known = new Map<string, Message>();

/** By the name of its definition; undefined for one that is not served. */
export function messageOf(definition: string): Message | undefined {
  const fields = Object.hasOwn(encoded, definition) ? encoded[definition] : undefined;
  if (!fields) return undefined;
  let message = known.get(definition);
  if (!message) {
    message = new Map(Object.entries(fields).map(([number, field]) => [Number(number), readField(field)]));
    known.set(definition, message);
  }
  return message;
}

/** `name type marks`, with the marks l(ist), m(ap), p(ointer), i(nline). */
function readField(field: string): MessageField {
  const [name = '', type = '', marks = ''] = field.split(' ');
  const has = (mark: string) => marks.includes(mark);
  return { name, type, list: has('l'), map: has('m'), pointer: has('p'), inline: has('i') };
}
