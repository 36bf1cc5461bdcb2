// Reads the text of a JSONPath into steps. The dialect is that of client-go's templates, without the braces around it.

export type Operand = { literal: string | number | boolean } | { path: Step[] };

export interface Filter {
  left: Operand;
  /** Without one the filter asks whether `left` is there. */
  operator?: '==' | '!=' | '<' | '<=' | '>' | '>=';
  right?: Operand;
}

export type Step =
  | { kind: 'field'; name: string }
  | { kind: 'all' }
  | { kind: 'descendants' }
  | { kind: 'slice'; start?: number; end?: number; step: number }
  | { kind: 'union'; steps: Step[] }
  | { kind: 'filter'; filter: Filter };

/** The path is not one; the message says where and why. */
export class JsonPathError extends Error {
  override name = 'JsonPathError';
}

/** Longer paths are refused: they could nest filters until the stack ends. */
const longestPath = 4_096;

/** Steps from the root. A leading `$` is optional. Throws JsonPathError. */
export function parseJsonPath(path: string): Step[] {
  if (path.length > longestPath) throw new JsonPathError(`the path is longer than ${longestPath} characters`);
  const parser = new Parser(path);
  parser.skip('$');
  const steps = parser.steps();
  parser.expectEnd();
  return steps;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    for (;;) {
      if (this.skip('..')) {
        steps.push({ kind: 'descendants' });
        if (!this.#isAt('[')) steps.push(this.#name());
      } else if (this.skip('.')) {
        // `.[0]` is `[0]`, and a lone dot is the value itself.
        if (!this.#isAt('[') && !this.#isEnd()) steps.push(this.#name());
      } else if (this.skip('[')) steps.push(this.#bracket());
      else return steps;
    }
  }

  skip(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  expectEnd(): void {
    if (!this.#isEnd()) throw this.#error('unexpected text');
  }

  #isAt(token: string): boolean {
    return this.#text.startsWith(token, this.#at);
  }

  #isEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Matches at this position only, and moves past what matched. */
  #match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, 'y');
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #spaces(): void {
    this.#match(/\s*/);
  }

  #expect(token: string): void {
    this.#spaces();
    if (!this.skip(token)) throw this.#error(`expected ${JSON.stringify(token)}`);
  }

  #error(problem: string): JsonPathError {
    return new JsonPathError(`${problem} at position ${this.#at} of the path ${JSON.stringify(this.#text)}`);
  }

  /** A dot in a name is escaped by a backslash: `.metadata.annotations.example\.com/size`. */
  #name(): Step {
    if (this.skip('*')) return { kind: 'all' };
    const name = this.#match(/(?:\\.|[^\\\s.,[\]$@{}()=!<>'"*])+/);
    if (name === undefined) throw this.#error('expected a name');
    return { kind: 'field', name: name.replaceAll(/\\(.)/g, '$1') };
  }

  #bracket(): Step {
    this.#spaces();
    if (this.skip('?(')) return this.#filter();
    const steps: Step[] = [];
    do steps.push(this.#choice());
    while (this.#comma());
    this.#expect(']');
    return steps.length === 1 ? (steps[0] as Step) : { kind: 'union', steps };
  }

  #comma(): boolean {
    this.#spaces();
    return this.skip(',');
  }

  /** `*`, `'name'`, `0`, `-1`, `0:2`. */
  #choice(): Step {
    this.#spaces();
    if (this.skip('*')) return { kind: 'all' };
    const quoted = this.#quoted();
    if (quoted !== undefined) return { kind: 'field', name: quoted };
    const start = this.#integer();
    if (!this.skip(':')) {
      if (start === undefined) throw this.#error('expected an index, a name in quotes or *');
      return { kind: 'slice', start, end: start === -1 ? undefined : start + 1, step: 1 };
    }
    const end = this.#integer();
    const step = this.skip(':') ? (this.#integer() ?? 1) : 1;
    if (step < 1) throw this.#error('the step of a slice must be positive');
    return { kind: 'slice', start, end, step };
  }

  #filter(): Step {
    const left = this.#operand();
    this.#spaces();
    const operator = this.#match(/[=!<>]=|[<>]/) as Filter['operator'];
    const filter: Filter = operator === undefined ? { left } : { left, operator, right: this.#operand() };
    this.#expect(')');
    this.#expect(']');
    return { kind: 'filter', filter };
  }

  #operand(): Operand {
    this.#spaces();
    if (this.skip('@')) return { path: this.steps() };
    const quoted = this.#quoted();
    if (quoted !== undefined) return { literal: quoted };
    const word = this.#match(/true|false|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/);
    if (word === undefined) throw this.#error('expected @, a text in quotes or a number');
    return { literal: word === 'true' || word === 'false' ? word === 'true' : Number(word) };
  }

  #quoted(): string | undefined {
    const text = this.#match(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/);
    return text?.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  }

  #integer(): number | undefined {
    const digits = this.#match(/-?\d+/);
    return digits === undefined ? undefined : Number(digits);
  }
}
