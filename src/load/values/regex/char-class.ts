// Sets of characters: what Perl 5 and Java call them, as they are written within brackets of a JavaScript pattern with the flag v.

import { UnsupportedPattern } from './unsupported-pattern.ts';

/** Jakarta ORO's: letters and digits of all scripts, where JavaScript takes those of ASCII. */
export const word = '\\p{L}\\p{Nd}_';
export const digit = '\\p{Nd}';
/** Character.isWhitespace of Java: without the no-break spaces. */
export const space = '\\t-\\r\\x1c-\\x20\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000';
const blank = '\\t\\x20';
const ascii = '\\x00-\\x7f';

/** Of `\p{…}`: Java means ASCII by these. */
const javaNames: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: ascii,
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  Graph: '\\x21-\\x7e',
  Print: '\\x20-\\x7e',
  Blank: blank,
  Cntrl: '\\x00-\\x1f\\x7f',
  XDigit: '0-9A-Fa-f',
  Space: '\\t-\\r\\x20',
};

/** Of `[[:…:]]`. */
const posixNames: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit,
  alnum: '\\p{L}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  punct: javaNames.Punct as string,
  space,
  cntrl: '\\p{Cc}',
  graph: javaNames.Graph as string,
  print: javaNames.Print as string,
  xdigit: javaNames.XDigit as string,
  word,
  blank,
  ascii,
};

/** One character, as it may stand within and without brackets. */
export function literal(char: string): string {
  return /^[A-Za-z0-9_ ]$/.test(char) ? char : `\\u{${(char.codePointAt(0) as number).toString(16)}}`;
}

/** `\d`, `\W` and the like, to stand within brackets; undefined: the letter is none of them. */
export function shorthand(letter: string): string | undefined {
  const sets: Readonly<Record<string, string>> = { d: digit, w: word, s: space, h: `${blank}\\xa0` };
  const set = sets[letter.toLowerCase()];
  if (set === undefined) return undefined;
  return letter === letter.toLowerCase() ? set : `[^${set}]`;
}

/** `\p{name}`, or `\P{name}`: to stand within brackets. */
export function property(name: string, isNegated: boolean): string {
  const set = javaNames[name] ?? unicodeSet(name);
  return isNegated ? `[^${set}]` : set;
}

function unicodeSet(name: string): string {
  for (const one of [name, name.replace(/^(?:Is|In)/, ''), `Script=${name.replace(/^(?:Is|In)/, '')}`]) {
    const set = `\\p{${one}}`;
    try {
      new RegExp(set, 'v');
      return set;
    } catch {
      // The next spelling may be one.
    }
  }
  throw new UnsupportedPattern(`the property \\p{${name}}`);
}

/** `[:alpha:]`, `[:^alpha:]`. */
export function posix(name: string): string {
  const isNegated = name.startsWith('^');
  const set = posixNames[isNegated ? name.slice(1) : name];
  if (set === undefined) throw new UnsupportedPattern(`the class [:${name}:]`);
  return isNegated ? `[^${set}]` : set;
}
