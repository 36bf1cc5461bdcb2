// Finds the descriptors of Protocol Buffers in a program written in Go, where each is a gzip stream, and reads what is needed of them
// (google/protobuf/descriptor.proto).

import { gunzipSync } from 'node:zlib';
import { WireReader } from '../../src/api/protobuf/wire-reader.ts';

export interface FieldDescriptor {
  number: number;
  name: string;
  repeated: boolean;
  /** A number of FieldDescriptorProto.Type. */
  type: number;
  /** `.k8s.io.api.core.v1.PodSpec` where type is a message. */
  typeName: string;
  /** False where the Go field is no pointer (gogoproto.nullable). */
  nullable: boolean;
}

export interface MessageDescriptor {
  /** `k8s.io.api.core.v1.Pod`. */
  name: string;
  fields: FieldDescriptor[];
  isMapEntry: boolean;
}

const gzipHead = Buffer.from([0x1f, 0x8b, 0x08]);
const longestStream = 1 << 19;

/** All messages of the k8s.io packages by name. */
export function readDescriptors(program: Buffer): Map<string, MessageDescriptor> {
  const messages = new Map<string, MessageDescriptor>();
  for (let at = program.indexOf(gzipHead); at >= 0; at = program.indexOf(gzipHead, at + 1)) {
    const file = unpacked(program.subarray(at, at + longestStream));
    if (file?.subarray(2).toString('latin1').startsWith('k8s.io/')) readFile(file, messages);
  }
  return messages;
}

function unpacked(stream: Buffer): Buffer | undefined {
  try {
    return gunzipSync(stream);
  } catch {
    return undefined; // the three bytes stood there by chance
  }
}

function readFile(file: Buffer, messages: Map<string, MessageDescriptor>): void {
  let prefix = '';
  const bodies: Uint8Array[] = [];
  each(file, (field, reader, type) => {
    if (field === 2) prefix = reader.string();
    else if (field === 4) bodies.push(reader.bytes());
    else reader.skip(type);
  });
  for (const body of bodies) readMessage(prefix, body, messages);
}

function readMessage(prefix: string, body: Uint8Array, messages: Map<string, MessageDescriptor>): void {
  const message: MessageDescriptor = { name: '', fields: [], isMapEntry: false };
  const nested: Uint8Array[] = [];
  each(body, (field, reader, type) => {
    if (field === 1) message.name = `${prefix}.${reader.string()}`;
    else if (field === 2) message.fields.push(readField(reader.bytes()));
    else if (field === 3) nested.push(reader.bytes());
    else if (field === 7) message.isMapEntry = option(reader.bytes(), 7) === 1;
    else reader.skip(type);
  });
  messages.set(message.name, message);
  for (const one of nested) readMessage(message.name, one, messages);
}

const nullableOption = 65001;

function readField(body: Uint8Array): FieldDescriptor {
  const found = { number: 0, name: '', repeated: false, type: 0, typeName: '', nullable: true };
  each(body, (field, reader, type) => {
    if (field === 1) found.name = reader.string();
    else if (field === 3) found.number = reader.integer();
    else if (field === 4) found.repeated = reader.integer() === 3;
    else if (field === 5) found.type = reader.integer();
    else if (field === 6) found.typeName = reader.string();
    else if (field === 8) found.nullable = option(reader.bytes(), nullableOption) !== 0;
    else reader.skip(type);
  });
  return found;
}

/** A boolean or numeric option, undefined where it is not set. */
function option(body: Uint8Array, wanted: number): number | undefined {
  let value: number | undefined;
  each(body, (field, reader, type) => {
    if (field === wanted) value = reader.integer();
    else reader.skip(type);
  });
  return value;
}

function each(body: Uint8Array, take: (field: number, reader: WireReader, type: number) => void): void {
  const reader = new WireReader(body);
  while (!reader.done) {
    const { field, type } = reader.tag();
    take(field, reader, type);
  }
}
