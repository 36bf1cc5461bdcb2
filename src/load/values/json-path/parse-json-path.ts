// Reads a JSONPath: `$.a['b'][0]`, `[*]`, `[1:3]`, `[-1:]`, `..name`, filters, and the functions behind it.

import {
  type Comparison,
  comparisons,
  type Filter,
  type JsonPath,
  JsonPathError,
  type JsonPathStep,
  type Operand,
  type Summary,
  summaries,
} from './json-path.ts';
import { type Json, parseJson } from './json-text.ts';

/** Throws JsonPathError. A path without `$` begins at the root too. */
export function parseJsonPath(text: string): JsonPath {
  const written = text.trim();
  const reader = new JsonPathReader(/^[$@]/.test(written) ? written : `$.${written}`);
  return reader.whole();
}

/** Deeper ones are an attack on the stack. */
const deepest = 50;

class JsonPathReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonPath {
    const path = this.#path();
    if (this.#at < this.#text.length) throw this.#error();
    return path;
  }

  #path(): JsonPath {
    const isRelative = this.#take(/@|\$/y)?.[0] === '@';
    const steps: JsonPathStep[] = [];
    for (;;) {
      const summary = this.#take(new RegExp(`\\.(${summaries.join('|')})\\(\\)`, 'y'));
      if (summary) return { isRelative, steps, summary: summary[1] as Summary };
      const step = this.#step();
      if (step === undefined) return { isRelative, steps };
      steps.push(...step);
    }
  }

  #step(): JsonPathStep[] | undefined {
    const deep: JsonPathStep[] = this.#take(/\.\./y) ? [{ type: 'deep' }] : [];
    if (this.#take(/\[/y)) return [...deep, this.#brackets()];
    const hasDot = deep.length > 0 || this.#take(/\./y) !== undefined;
    if (!hasDot) return undefined;
    if (this.#take(/\*/y)) return [...deep, { type: 'all' }];
    if (this.#take(/\[/y)) return [...deep, this.#brackets()];
    // Keywords of filters may follow a path in a filter: there a blank ends the name.
    const name = this.#take(/[^\s.[\]()=<>!&|,'"*?@]+/y);
    if (name === undefined) throw this.#error();
    return [...deep, { type: 'names', names: [name[0]] }];
  }

  #brackets(): JsonPathStep {
    this.#blanks();
    if (this.#take(/\*\s*\]/y)) return { type: 'all' };
    if (this.#take(/\?\s*\(/y)) {
      const filter = this.#or();
      this.#need(/\)\s*\]/y);
      return { type: 'filter', filter };
    }
    const slice = this.#take(/(-?\d+)?\s*:\s*(-?\d+)?\s*\]/y);
    if (slice) {
      const [, from, to] = slice;
      return {
        type: 'slice',
        ...(from === undefined ? {} : { from: Number(from) }),
        ...(to === undefined ? {} : { to: Number(to) }),
      };
    }
    const indexes = this.#take(/(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/y);
    if (indexes) return { type: 'indexes', indexes: (indexes[1] as string).split(',').map(Number) };
    return { type: 'names', names: this.#names() };
  }

  #names(): string[] {
    const names: string[] = [];
    do {
      this.#blanks();
      names.push(this.#quoted());
      this.#blanks();
    } while (this.#take(/,/y));
    this.#need(/\]/y);
    return names;
  }

  #quoted(): string {
    const found = this.#take(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/sy);
    if (found === undefined) throw this.#error();
    return (found[1] ?? (found[2] as string)).replace(/\\(.)/gs, '$1');
  }

  #or(): Filter {
    let left = this.#and();
    while (this.#takeBlank(/\|\|/y)) left = { type: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Filter {
    let left = this.#condition();
    while (this.#takeBlank(/&&/y)) left = { type: 'and', left, right: this.#condition() };
    return left;
  }

  #condition(): Filter {
    if (++this.#depth > deepest) throw new JsonPathError('it is nested too deeply');
    const filter = this.#negatedOrCompared();
    this.#depth--;
    return filter;
  }

  #negatedOrCompared(): Filter {
    if (this.#takeBlank(/!(?!=)/y)) return { type: 'not', filter: this.#condition() };
    if (this.#takeBlank(/\(/y)) {
      const inner = this.#or();
      this.#blanks();
      this.#need(/\)/y);
      return inner;
    }
    const left = this.#operand();
    this.#blanks();
    const operator = this.#take(
      new RegExp(comparisons.map((one) => (/\w/.test(one) ? `${one}\\b` : one)).join('|'), 'iy'),
    );
    if (operator === undefined) {
      if (left.type !== 'path') throw this.#error();
      return { type: 'exists', path: left.path };
    }
    const right = this.#operand();
    return { type: 'compare', operator: operator[0].toLowerCase() as Comparison, left, right };
  }

  #operand(): Operand {
    this.#blanks();
    if (/[@$]/.test(this.#text[this.#at] ?? '')) return { type: 'path', path: this.#path() };
    const regex = this.#take(/\/((?:[^/\\]|\\.)*)\/([imsu]*)/y);
    if (regex) return { type: 'regex', regex: regexOf(regex[1] as string, regex[2] as string) };
    if (/['"]/.test(this.#text[this.#at] ?? '')) return { type: 'value', value: this.#quoted() };
    return { type: 'value', value: this.#json() };
  }

  /** Numbers, true, false, null, and lists with texts in either kind of quotes. */
  #json(): Json {
    const list = this.#take(/\[\s*/y);
    if (list === undefined) {
      const found = this.#take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
      if (found === undefined) throw this.#error();
      return parseJson(found[0]);
    }
    const members: Json[] = [];
    while (!this.#takeBlank(/\]/y)) {
      const operand = this.#operand();
      if (operand.type !== 'value') throw this.#error();
      members.push(operand.value);
      this.#takeBlank(/,/y);
    }
    return members;
  }

  #takeBlank(pattern: RegExp): RegExpExecArray | undefined {
    this.#blanks();
    return this.#take(pattern);
  }

  #blanks(): void {
    this.#take(/\s*/y);
  }

  #need(pattern: RegExp): void {
    if (this.#takeBlank(pattern) === undefined) throw this.#error();
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }

  #error(): JsonPathError {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return new JsonPathError(
      `the JSONPath ${this.#text} ${rest === '' ? 'ends too early' : `is not understood from "${rest}" on`}`,
    );
  }
}

function regexOf(source: string, flags: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, flags.replace('u', ''));
  } catch (cause) {
    throw new JsonPathError(`the pattern /${source}/ in a JSONPath: ${(cause as Error).message}`, { cause });
  }
}
