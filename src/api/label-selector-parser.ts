// The text form of label selectors: `app=web`, `tier in (a, b)`, `!old`, `size>3`, joined by commas.
// A hand-written lexer and recursive descent, because the texts of errors follow from where the parser stands.

import {
  fieldErrorsText,
  keyErrors,
  type LabelOperator,
  type LabelRequirement,
  newRequirement,
} from './label-requirement.ts';
import { badRequest, type StatusError } from './status.ts';

// Longest first: `==` before `=`. A word is anything else up to a blank or one of these.
const lexeme = /[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)/y;
const symbols = new Set(['==', '!=', '=', '!', '(', ')', ',', '<', '>']);
const binaryOperators = 'in, notin, =, ==, !=, gt, lt';
const operatorOf: Record<string, LabelOperator> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

/** Parses one text; throws a 400 StatusError. */
export class LabelSelectorParser {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    if (this.#atEnd) return requirements;
    if (!this.#startsRequirement) throw this.#unexpected(", expected: !, identifier, or 'end of string'");
    for (;;) {
      requirements.push(this.#requirement());
      if (this.#atEnd) return requirements;
      if (this.#peek() !== ',') throw this.#unexpected(", expected: ',' or 'end of string'");
      this.#position++;
      if (!this.#startsRequirement) throw this.#unexpected(", expected: identifier after ','");
    }
  }

  /** The next token; '' at the end (no token is empty). */
  #peek(): string {
    return this.#tokens[this.#position] ?? '';
  }

  get #atEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  get #atWord(): boolean {
    return !this.#atEnd && !symbols.has(this.#peek());
  }

  get #startsRequirement(): boolean {
    return this.#atWord || this.#peek() === '!';
  }

  #requirement(): LabelRequirement {
    const absent = this.#peek() === '!';
    if (absent) this.#position++;
    const key = this.#key();
    if (absent) return newRequirement(key, '!', [], requirementPrefix);
    if (this.#atEnd || this.#peek() === ',') return newRequirement(key, 'exists', [], requirementPrefix);
    const operator = operatorOf[this.#peek()];
    if (!operator) throw this.#broken(`, expected: ${binaryOperators}`);
    this.#position++;
    const values = operator === 'in' || operator === 'notin' ? this.#valueSet() : [this.#exactValue()];
    return newRequirement(key, operator, values, requirementPrefix);
  }

  #key(): string {
    if (!this.#atWord) throw this.#broken(', expected: identifier');
    const key = this.#peek();
    const errors = keyErrors(key);
    if (errors.length > 0) throw badRequest(requirementPrefix + fieldErrorsText(errors));
    this.#position++;
    return key;
  }

  /** Absent before a comma or the end: the empty value (`app=`). */
  #exactValue(): string {
    if (this.#atEnd || this.#peek() === ',') return '';
    if (!this.#atWord) throw this.#broken(', expected: identifier');
    const value = this.#peek();
    this.#position++;
    return value;
  }

  /** `(a, b)`; an empty place, as in `(a,)`, is the empty value; `()` has none. */
  #valueSet(): string[] {
    if (this.#peek() !== '(') throw this.#broken(" expected: '('");
    this.#position++;
    const values: string[] = [];
    if (this.#take(')')) return values;
    if (!this.#atWord && this.#peek() !== ',') throw this.#broken(", expected: ',', ')' or identifier");
    for (;;) {
      values.push(this.#listedValue());
      if (this.#take(')')) return values;
      if (!this.#take(',')) throw this.#broken(", expected: ',' or ')'");
    }
  }

  #listedValue(): string {
    if (this.#peek() === ',' || this.#peek() === ')') return '';
    if (!this.#atWord) throw this.#broken(", expected: ',', or identifier");
    const value = this.#peek();
    this.#position++;
    return value;
  }

  #take(symbol: string): boolean {
    if (this.#peek() !== symbol) return false;
    this.#position++;
    return true;
  }

  #unexpected(rest: string): StatusError {
    return badRequest(`found '${this.#peek()}'${rest}`);
  }

  #broken(rest: string): StatusError {
    return badRequest(`${requirementPrefix}found '${this.#peek()}'${rest}`);
  }
}

const requirementPrefix = 'unable to parse requirement: ';

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  lexeme.lastIndex = 0;
  for (let match = lexeme.exec(text); match; match = lexeme.exec(text)) tokens.push(match[1] as string);
  return tokens;
}
