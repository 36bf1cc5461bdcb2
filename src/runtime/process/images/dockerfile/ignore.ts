// .dockerignore: which files of a folder are no part of a build.

import { patternRegExp } from './pattern.ts';

interface Rule {
  expression: RegExp;
  /** `!pattern`: it brings back what an earlier rule left out. */
  isException: boolean;
}

export class IgnoreRules {
  readonly #rules: readonly Rule[];

  /** @throws SyntaxError, with the line's pattern in it */
  constructor(text = '') {
    this.#rules = text
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .flatMap(ruleOf);
  }

  /** `file` is relative, with `/` between its parts. The last rule that fits it, or a folder above it, decides. */
  ignores(file: string): boolean {
    const above = file.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    let ignored = false;
    for (const { expression, isException } of this.#rules) {
      if (above.some((one) => expression.test(one))) ignored = !isException;
    }
    return ignored;
  }

  /** Nothing in an ignored folder can come back: it need not be looked into. */
  get isFinal(): boolean {
    return this.#rules.every(({ isException }) => !isException);
  }
}

function ruleOf(line: string): Rule[] {
  const text = line.trim();
  // A comment is one only at the very beginning of its line.
  if (line.startsWith('#') || text === '') return [];
  const isException = text.startsWith('!');
  const pattern = cleaned(isException ? text.slice(1).trim() : text);
  return pattern === '' ? [] : [{ expression: patternRegExp(pattern), isException }];
}

/** `/a/./b/` is `a/b`. */
function cleaned(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
