// Reads a pattern from its start to its end. Knows the escapes that mean one character, which are the same within brackets and without.

import { UnsupportedPattern } from './unsupported-pattern.ts';

const named: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
};

export class PatternSource {
  readonly #text: string;
  #at = 0;

  constructor(pattern: string) {
    this.#text = withoutQuotes(pattern);
  }

  get isOver(): boolean {
    return this.#at >= this.#text.length;
  }

  /** A character with all of its surrogates. */
  next(): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) as number);
    this.#at += char.length;
    return char;
  }

  peek(): string {
    return this.#text[this.#at] ?? '';
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  /** What a pattern with the flag y finds here, which is passed over then. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }

  /** Behind a backslash: the character that is meant; undefined: it is something else, and has not been passed over. */
  escapedChar(): string | undefined {
    const code = this.take(/x([\da-fA-F]{2})|x\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})/y);
    if (code) return charOf(Number.parseInt(code[1] ?? code[2] ?? (code[3] as string), 16));
    const octal = this.take(/0([0-7]{0,3})/y);
    if (octal) return charOf(Number.parseInt(octal[1] || '0', 8));
    const control = this.take(/c([@-_a-z])/y);
    if (control) return charOf((control[1] as string).toUpperCase().charCodeAt(0) ^ 64);
    const char = this.peek();
    if (named[char] !== undefined) {
      this.next();
      return named[char];
    }
    return /^[^A-Za-z0-9]$/.test(char) || char.charCodeAt(0) > 0x7f ? this.next() : undefined;
  }
}

function charOf(code: number): string {
  if (code > 0x10ffff) throw new UnsupportedPattern(`the character ${code.toString(16)}`);
  return String.fromCodePoint(code);
}

/** `\Q…\E`, with every character in it escaped on its own. */
function withoutQuotes(pattern: string): string {
  return pattern.replace(/\\Q(.*?)(?:\\E|$)|\\./gs, (whole, quoted?: string) =>
    quoted === undefined ? whole : quoted.replace(/[^A-Za-z0-9_]/gu, '\\$&'),
  );
}
