// Takes an expression apart into numbers, texts, names and operators.

import { ExpressionError } from './value.ts';

export type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'operator'; readonly value: string };

/** JEXL's words for operators. */
const words: ReadonlyMap<string, string> = new Map([
  ...[['and', '&&'] as const, ['or', '||'] as const, ['not', '!'] as const],
  ...[['eq', '=='] as const, ['ne', '!='] as const, ['lt', '<'] as const, ['gt', '>'] as const],
  ...[['le', '<='] as const, ['ge', '>='] as const, ['div', '/'] as const, ['mod', '%'] as const],
]);

const pattern =
  /\s+|(?<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[lLfFdDgG]?(?![\w$]))|(?<text>"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')|(?<name>[A-Za-z_$][\w$]*)|(?<operator>===|!==|==~|[=!<>]=|=~|!~|=\^|!\^|=\$|!\$|&&|\|\||\?\.|\?:|[-+*/%()<>!?:.,[\]])/y;

/** Throws ExpressionError. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trim().replace(/;$/, '');
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (found === null) throw new ExpressionError(`"${text.slice(at, at + 20)}" is not understood`);
    const token = tokenOf(found.groups as Record<string, string | undefined>, tokens.at(-1));
    if (token) tokens.push(token);
  }
  return tokens;
}

function tokenOf(
  { number, text, name, operator }: Record<string, string | undefined>,
  before: Token | undefined,
): Token | undefined {
  if (number !== undefined) return { kind: 'number', value: Number(number.replace(/[a-df-zA-DF-Z]$/, '')) };
  if (text !== undefined) return { kind: 'text', value: unescaped(text.slice(1, -1)) };
  if (operator !== undefined) return { kind: 'operator', value: operator };
  if (name === undefined) return undefined;
  const isMember = before?.kind === 'operator' && ['.', '?.'].includes(before.value);
  const word = isMember ? undefined : words.get(name);
  return word === undefined ? { kind: 'name', value: name } : { kind: 'operator', value: word };
}

const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|([\s\S]))/g, (_, hex, char) =>
    hex === undefined ? (controls[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
