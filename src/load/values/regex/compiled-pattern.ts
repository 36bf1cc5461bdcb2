// Patterns of a plan, compiled once. They run on this machine's own processor without a limit of time, as in JMeter: a pattern that tries
// too many ways on a long text holds up the worker process.

import { translatePattern } from './translate-pattern.ts';
import { UnsupportedPattern } from './unsupported-pattern.ts';

export class CompiledPattern {
  readonly #search: RegExp;
  readonly #whole: RegExp;

  /** Throws UnsupportedPattern. */
  constructor(pattern: string) {
    const source = translatePattern(pattern);
    try {
      this.#search = new RegExp(source, 'gv');
      this.#whole = new RegExp(`(?<![^])(?:${source})(?![^])`, 'v');
    } catch (cause) {
      throw new UnsupportedPattern((cause as Error).message, { cause });
    }
  }

  isIn(text: string): boolean {
    this.#search.lastIndex = 0;
    return this.#search.test(text);
  }

  /** The pattern is the text from its start to its end. */
  isWhole(text: string): boolean {
    return this.#whole.test(text);
  }

  /** At most so many, from the start of the text. */
  matches(text: string, most = Number.POSITIVE_INFINITY): RegExpExecArray[] {
    const found: RegExpExecArray[] = [];
    const search = this.#search;
    search.lastIndex = 0;
    while (found.length < most) {
      const match = search.exec(text);
      if (match === null) break;
      found.push(match);
      if (match[0] === '') search.lastIndex++;
    }
    return found;
  }
}

const compiled = new Map<string, CompiledPattern | UnsupportedPattern>();
/** As many as JMeter keeps; more come only where patterns have values in them. */
const most = 1_000;

/** Throws UnsupportedPattern. */
export function patternOf(text: string): CompiledPattern {
  let pattern = compiled.get(text);
  if (pattern === undefined) {
    if (compiled.size >= most) compiled.clear();
    pattern = newPattern(text);
    compiled.set(text, pattern);
  }
  if (pattern instanceof UnsupportedPattern) throw pattern;
  return pattern;
}

function newPattern(text: string): CompiledPattern | UnsupportedPattern {
  try {
    return new CompiledPattern(text);
  } catch (error) {
    if (error instanceof UnsupportedPattern) return error;
    throw error;
  }
}
