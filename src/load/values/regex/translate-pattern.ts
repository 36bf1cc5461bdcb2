// Perl 5's regular expressions, as Jakarta ORO has them in JMeter, and Java's as far as both agree, in those of JavaScript. Refuses what
// would have another meaning: possessive and atomic groups, conditions, intersections of classes.

import { literal, posix, property, shorthand, word } from './char-class.ts';
import { PatternSource } from './pattern-source.ts';
import { UnsupportedPattern } from './unsupported-pattern.ts';

interface Flags {
  /** Of all four only this one is the engine's own: the others are in what is written. */
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
}

/** A group that is open, or the whole pattern. */
interface Level {
  /** In force before it, and again behind it. */
  readonly outer: Flags;
  /** What opened a change of `i` up to the end of the group; it is closed and opened again at each alternative. */
  modifier: string;
}

const end = '(?![^])';
const start = '(?<![^])';
const endOrLastNewline = `(?=\\n?${end})`;

/** For a RegExp with the flag v. Throws UnsupportedPattern. */
export function translatePattern(pattern: string): string {
  return new Translator(pattern).translated();
}

class Translator {
  readonly #source: PatternSource;
  #flags: Flags = { i: false, m: false, s: false, x: false };
  readonly #levels: Level[] = [{ outer: this.#flags, modifier: '' }];
  #groups = 0;
  #out = '';

  constructor(pattern: string) {
    this.#source = new PatternSource(pattern);
  }

  translated(): string {
    while (!this.#source.isOver) this.#out += this.#one(this.#source.next());
    if (this.#levels.length > 1) throw new UnsupportedPattern('a ( without its )');
    return this.#out + this.#closedModifier();
  }

  #one(char: string): string {
    switch (char) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#class();
      case '(':
        return this.#group();
      case ')':
        return this.#endOfGroup();
      case '|':
        return `${this.#closedModifier()}|${this.#level.modifier}`;
      case '.':
        return this.#flags.s ? '[^]' : '[^\\n]';
      case '^':
        return this.#flags.m ? '(?<![^\\n])' : start;
      case '$':
        return this.#flags.m ? '(?![^\\n])' : endOrLastNewline;
      case '*':
      case '+':
      case '?':
        return this.#quantifier(char);
      case '{': {
        const amount = this.#source.take(/\d+(?:,\d*)?\}/y);
        return amount ? this.#quantifier(`{${amount[0]}`) : literal(char);
      }
      default:
        return this.#plain(char);
    }
  }

  #plain(char: string): string {
    if (!this.#flags.x) return literal(char);
    if (char === '#') this.#source.take(/[^\n]*/y);
    return char === '#' || /\s/.test(char) ? '' : literal(char);
  }

  #quantifier(written: string): string {
    if (this.#source.startsWith('+')) throw new UnsupportedPattern(`the possessive quantifier ${written}+`);
    return this.#source.take(/\?/y) ? `${written}?` : written;
  }

  #escape(): string {
    const source = this.#source;
    if (source.isOver) throw new UnsupportedPattern('a \\ at the end');
    const octal = source.take(/[1-3][0-7]{2}/y);
    if (octal) return literal(String.fromCharCode(Number.parseInt(octal[0], 8)));
    const reference = source.take(/[1-9]\d?/y);
    if (reference) return this.#reference(reference[0]);
    const char = source.escapedChar();
    if (char !== undefined) return literal(char);
    const set = this.#set();
    if (set !== undefined) return `[${set}]`;
    const name = source.take(/k<([A-Za-z]\w*)>/y);
    if (name) return `\\k<${name[1]}>`;
    return this.#place(source.next());
  }

  /** With more digits than there are groups Perl means a character. */
  #reference(digits: string): string {
    if (Number(digits) <= this.#groups) return `(?:\\${digits})`;
    if (/^[0-7]{2}$/.test(digits)) return literal(String.fromCharCode(Number.parseInt(digits, 8)));
    throw new UnsupportedPattern(`\\${digits} without such a group before it`);
  }

  #place(letter: string): string {
    switch (letter) {
      case 'A':
        return start;
      case 'Z':
        return endOrLastNewline;
      case 'z':
        return end;
      case 'b':
        return `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`;
      case 'B':
        return `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`;
      case 'R':
        return '(?:\\r\\n|[\\n\\v\\f\\r\\x85\\u2028\\u2029])';
      case 'G':
      case 'X':
      case 'N':
      case 'K':
        throw new UnsupportedPattern(`\\${letter}`);
      default:
        return literal(letter);
    }
  }

  /** `\d`, `\p{…}`; to stand within brackets. */
  #set(): string | undefined {
    const named = this.#source.take(/([pP])(?:\{(\^?)([\w=]+)\}|([A-Z]))/y);
    if (named) {
      const isNegated = (named[1] === 'P') !== (named[2] === '^');
      return property(named[3] ?? (named[4] as string), isNegated);
    }
    const set = shorthand(this.#source.peek());
    if (set !== undefined) this.#source.next();
    return set;
  }

  #class(): string {
    const source = this.#source;
    let out = source.take(/\^/y) ? '[^' : '[';
    if (source.take(/\]/y)) out += literal(']');
    while (!source.take(/\]/y)) {
      if (source.isOver) throw new UnsupportedPattern('a [ without its ]');
      if (source.startsWith('&&[')) throw new UnsupportedPattern('the intersection && of classes');
      const from = this.#member();
      out += from.text;
      // At the end of the class the hyphen is one of its members.
      if (!from.isOne || !source.take(/-(?!\])/y)) continue;
      const to = this.#member();
      out += to.isOne ? `-${to.text}` : literal('-') + to.text;
    }
    return `${out}]`;
  }

  #member(): { text: string; isOne: boolean } {
    const source = this.#source;
    if (source.isOver) throw new UnsupportedPattern('a [ without its ]');
    const name = source.take(/\[:(\^?[a-z]+):\]/y);
    if (name) return { text: posix(name[1] as string), isOne: false };
    const char = source.next();
    if (char !== '\\') return { text: literal(char), isOne: true };
    if (source.isOver) throw new UnsupportedPattern('a \\ at the end');
    const octal = source.take(/[1-7][0-7]{0,2}/y);
    if (octal) return { text: literal(String.fromCharCode(Number.parseInt(octal[0], 8))), isOne: true };
    const escaped = source.escapedChar();
    if (escaped !== undefined) return { text: literal(escaped), isOne: true };
    const set = this.#set();
    if (set !== undefined) return { text: set, isOne: false };
    const letter = source.next();
    return { text: literal(letter === 'b' ? '\b' : letter), isOne: true };
  }

  #group(): string {
    const source = this.#source;
    if (!source.take(/\?/y)) {
      this.#groups++;
      return this.#open('(');
    }
    if (source.take(/#[^)]*\)/y)) return '';
    const kind = source.take(/:|=|!|<=|<!/y);
    if (kind) return this.#open(`(?${kind[0]}`);
    const name = source.take(/P?<([A-Za-z]\w*)>/y);
    if (name) {
      this.#groups++;
      return this.#open(`(?<${name[1]}>`);
    }
    const flags = source.take(/([imsx]*)(?:-([imsx]*))?([:)])/y);
    if (flags) return this.#changedFlags(flags[1] as string, flags[2] ?? '', flags[3] === ':');
    if (source.startsWith('>')) throw new UnsupportedPattern('the atomic group (?>…)');
    throw new UnsupportedPattern(`the group (?${source.peek()}…)`);
  }

  #changedFlags(on: string, off: string, isGroup: boolean): string {
    const before = this.#flags;
    const flag = (letter: keyof Flags) => (before[letter] || on.includes(letter)) && !off.includes(letter);
    const flags: Flags = { i: flag('i'), m: flag('m'), s: flag('s'), x: flag('x') };
    if (isGroup) {
      const opened = this.#open(flags.i === before.i ? '(?:' : modifierOf(flags));
      this.#flags = flags;
      return opened;
    }
    this.#flags = flags;
    const closed = this.#closedModifier();
    this.#level.modifier = flags.i === this.#level.outer.i ? '' : modifierOf(flags);
    return closed + this.#level.modifier;
  }

  #open(written: string): string {
    this.#levels.push({ outer: this.#flags, modifier: '' });
    return written;
  }

  #endOfGroup(): string {
    if (this.#levels.length === 1) throw new UnsupportedPattern('a ) without its (');
    const closed = `${this.#closedModifier()})`;
    this.#flags = this.#level.outer;
    this.#levels.pop();
    return closed;
  }

  #closedModifier(): string {
    return this.#level.modifier === '' ? '' : ')';
  }

  get #level(): Level {
    return this.#levels.at(-1) as Level;
  }
}

function modifierOf({ i }: Flags): string {
  return i ? '(?i:' : '(?-i:';
}
