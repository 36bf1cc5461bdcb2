// Text to bytes in the encodings that plans name. The platform only writes UTF-8 itself, but it can read the others.

import { TextDecoder } from 'node:util';

const encoders = new Map<string, (text: string) => Buffer>();

/** Characters that the encoding does not have become `?`, as Java writes them. Throws for an encoding that nobody knows. Empty: UTF-8. */
export function encodeText(text: string, encoding: string): Buffer {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'utf-8' || name === 'utf8') return Buffer.from(text);
  let encode = encoders.get(name);
  if (encode === undefined) {
    encode = encoderOf(name);
    encoders.set(name, encode);
  }
  return encode(text);
}

/** The other way; what is not of the encoding becomes U+FFFD. Throws for an encoding that nobody knows. */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  return decoderOf(encoding.trim() === '' ? 'utf-8' : encoding.trim().toLowerCase()).decode(bytes);
}

function encoderOf(name: string): (text: string) => Buffer {
  if (name === 'us-ascii' || name === 'ascii') return bySingleBytes(new Map(), 0x80);
  // The platform takes these for windows-1252; Java does not.
  if (name === 'iso-8859-1' || name === 'latin1') return bySingleBytes(new Map(), 0x100);
  if (name === 'utf-16le') return (text) => Buffer.from(text, 'utf16le');
  if (name === 'utf-16be') return (text) => Buffer.from(text, 'utf16le').swap16();
  if (name === 'utf-16') return (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  return bySingleBytes(tableOf(name), 0x80);
}

/** `plain`: characters below it are their own bytes. */
function bySingleBytes(table: ReadonlyMap<string, number>, plain: number): (text: string) => Buffer {
  return (text) =>
    Buffer.from(
      Array.from(text, (character) => {
        const code = character.codePointAt(0) ?? 0;
        return code < plain ? code : (table.get(character) ?? 0x3f);
      }),
    );
}

function tableOf(name: string): Map<string, number> {
  const table = new Map<string, number>();
  const decoder = decoderOf(name);
  for (let byte = 0x80; byte <= 0xff; byte++) {
    const character = decoder.decode(Uint8Array.of(byte));
    if (character !== '\ufffd' && character !== '') table.set(character, byte);
  }
  // Of encodings with several bytes a character few bytes say something alone: Shift_JIS has the most, 63.
  if (table.size < 70) throw unknown(name);
  return table;
}

function decoderOf(name: string): TextDecoder {
  try {
    return new TextDecoder(name);
  } catch (cause) {
    throw unknown(name, cause);
  }
}

function unknown(name: string, cause?: unknown): Error {
  return new Error(`encoding ${name} is not known: take UTF-8, or one with a byte per character`, { cause });
}
