// Takes a template apart as JMeter does, character for character: `${variable}`, `${__function(argument,…)}`, and `\` before `$`, `,`
// and `\`. Knows nothing of what functions do.

export interface VariablePart {
  readonly kind: 'variable';
  readonly name: string;
}

export interface CallPart {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly (readonly Part[])[];
  /** As it is written. */
  readonly source: string;
}

/** Texts follow each other where JMeter keeps them apart. */
export type Part = string | VariablePart | CallPart;

/** `isFunction`: which names are functions; all others are variables, whatever follows them. */
export function parseTemplate(text: string, isFunction: (name: string) => boolean): readonly Part[] {
  return new TemplateReader(text, isFunction).parts();
}

const escapable = new Set(['$', ',', '\\']);

class TemplateReader {
  readonly #text: string;
  readonly #isFunction: (name: string) => boolean;
  #at = 0;

  constructor(text: string, isFunction: (name: string) => boolean) {
    this.#text = text;
    this.#isFunction = isFunction;
  }

  parts(): Part[] {
    const parts: Part[] = [];
    let buffer = '';
    let previous = ' ';
    while (this.#at < this.#text.length) {
      const char = this.#next();
      if (char === '\\') {
        const escaped = this.#text[this.#at++] ?? '';
        buffer += escapable.has(escaped) ? escaped : char + escaped;
        previous = ' ';
      } else if (char === '{' && previous === '$') {
        if (buffer.length > 1) parts.push(buffer.slice(0, -1));
        parts.push(this.#reference());
        buffer = '';
        previous = ' ';
      } else {
        buffer += char;
        previous = char;
      }
    }
    if (buffer !== '') parts.push(buffer);
    return parts.length > 0 ? parts : [''];
  }

  /** Behind `${`. What is never closed is a text without its `${`. */
  #reference(): Part {
    const start = this.#at - 2;
    let name = '';
    let previous = ' ';
    while (this.#at < this.#text.length) {
      const char = this.#next();
      if (char === '\\') {
        name += this.#text[this.#at++] ?? '';
        previous = ' ';
      } else if (char === '(' && previous !== ' ' && this.#isFunction(name)) {
        return this.#call(name, start);
      } else if (char === '}') {
        if (!this.#isFunction(name)) return { kind: 'variable', name };
        return { kind: 'call', name, args: [], source: this.#text.slice(start, this.#at) };
      } else {
        name += char;
        previous = char;
      }
    }
    return name;
  }

  /** JMeter refuses a call without `}` behind its `)`; here it is a text, as it is written. */
  #call(name: string, start: number): Part {
    const args = this.#args();
    if (this.#text[this.#at] !== '}') return this.#text.slice(start, this.#at);
    this.#at++;
    return { kind: 'call', name, args, source: this.#text.slice(start, this.#at) };
  }

  #args(): Part[][] {
    const args: string[] = [];
    const depth = { braces: 0, parens: 0 };
    let buffer = '';
    let previous = ' ';
    while (this.#at < this.#text.length) {
      const char = this.#next();
      if (char === '\\') {
        buffer += char + (this.#text[this.#at++] ?? '');
        previous = ' ';
        continue;
      }
      if (depth.braces === 0 && char === ',') {
        args.push(buffer);
        buffer = '';
        continue;
      }
      if (depth.braces === 0 && depth.parens === 0 && char === ')') {
        return buffer === '' && args.length === 0 ? [] : this.#parsed([...args, buffer]);
      }
      nest(depth, char, previous);
      buffer += char;
      previous = char;
    }
    return this.#parsed([...args, buffer]);
  }

  #parsed(args: readonly string[]): Part[][] {
    return args.map((arg) => new TemplateReader(arg, this.#isFunction).parts());
  }

  #next(): string {
    return this.#text[this.#at++] as string;
  }
}

/** Within `${…}` neither commas nor parentheses count. */
function nest(depth: { braces: number; parens: number }, char: string, previous: string): void {
  if (char === '{' && previous === '$') depth.braces++;
  else if (char === '}' && depth.braces > 0) depth.braces--;
  else if (depth.braces === 0 && char === '(') depth.parens++;
  else if (depth.braces === 0 && char === ')') depth.parens--;
}
