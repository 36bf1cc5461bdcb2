// Words of an instruction: quotes, escapes, variables, and the JSON ("exec") form of a list.

import { DockerfileError } from './dockerfile-error.ts';

/** What variables mean at a place in the file. */
export interface Scope {
  /** Undefined: it is not set. */
  valueOf(name: string): string | undefined;
  escapeWith: string;
  line: number;
}

/** Split at blanks that no quote and no escape protects; quotes and variables are still in the words. */
export function splitWords(text: string, escapeWith: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === escapeWith && quote !== "'") {
      word += character + text.charAt(++at);
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (quote === '' && /["']/.test(character)) quote = character;
      else if (character === quote) quote = '';
      word += character;
    }
  }
  return word === '' ? words : [...words, word];
}

/** One word without its quotes and with its variables replaced. Throws DockerfileError. */
export function evaluate(word: string, scope: Scope): string {
  let out = '';
  let quote = '';
  for (let at = 0; at < word.length; at++) {
    const character = word.charAt(at);
    if (character === quote) quote = '';
    else if (quote === '' && /["']/.test(character)) quote = character;
    else if (character === scope.escapeWith && quote !== "'") out += escaped(word.charAt(++at), quote, scope);
    else if (character === '$' && quote !== "'") {
      const { value, length } = variableAt(word.slice(at), scope);
      out += value;
      at += length - 1;
    } else out += character;
  }
  if (quote !== '') throw new DockerfileError(scope.line, `the quote ${quote} is not closed in ${word}`);
  return out;
}

/** The strings of a JSON list. Undefined: it is none, and then is read as Docker does, in the shell form. */
export function jsonList(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

/** Within double quotes only what means something there is escaped; everywhere else any character. */
function escaped(character: string, quote: string, { escapeWith }: Scope): string {
  return quote === '"' && !['"', '$', escapeWith].includes(character) ? escapeWith + character : character;
}

/** `$NAME`, `${NAME}`, `${NAME:-word}`, `${NAME:+word}`, `${NAME-word}`, `${NAME+word}`, `${NAME:?message}`. */
function variableAt(text: string, scope: Scope): { value: string; length: number } {
  const [plain, name] = /^\$(\w+)/.exec(text) ?? [];
  if (plain !== undefined && name !== undefined)
    return { value: scope.valueOf(name) ?? '', length: plain.length };
  if (!text.startsWith('${')) return { value: '$', length: 1 };
  const end = closingBrace(text);
  const [, key = '', colon, operator, word = ''] =
    /^(\w+)(?:(:?)([-+?])([\s\S]*))?$/.exec(text.slice(2, end)) ?? [];
  if (end < 0 || key === '')
    throw new DockerfileError(scope.line, `${text} is no variable: write \${NAME} or \${NAME:-default}`);
  const set = scope.valueOf(key);
  const isSet = set !== undefined && (colon !== ':' || set !== '');
  return { value: choose({ key, set: set ?? '', isSet, operator, word }, scope), length: end + 1 };
}

interface Choice {
  key: string;
  set: string;
  isSet: boolean;
  operator: string | undefined;
  word: string;
}

function choose({ key, set, isSet, operator, word }: Choice, scope: Scope): string {
  if (operator === '+') return isSet ? evaluate(word, scope) : '';
  if (isSet || operator === undefined) return set;
  if (operator === '-') return evaluate(word, scope);
  throw new DockerfileError(scope.line, `the variable ${key} is not set: ${word || 'give it a value'}`);
}

/** Of the `${` that the text begins with; -1: there is none. */
function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === '{') depth++;
    else if (text.charAt(at) === '}' && --depth === 0) return at;
  }
  return -1;
}
