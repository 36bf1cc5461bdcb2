// Functions that look at a user's variables, or evaluate templates in them.

import { type Soon, stored, type TemplateFunction } from './function.ts';

export const variableFunctions: Readonly<Record<string, TemplateFunction>> = {
  /** name (which may be put together: `A_${n}`), default (the name). */
  __V: {
    least: 1,
    most: 2,
    call: ([name = '', otherwise = name], { variables }) => variables.get(name) ?? otherwise,
  },
  __eval: {
    least: 1,
    most: 1,
    call: ([text = ''], context, { evaluate }) => evaluate(text, context),
  },
  __evalVar: {
    least: 1,
    most: 1,
    call: ([name = ''], context, { evaluate }): Soon<string> => {
      const text = context.variables.get(name);
      return text === undefined ? `\${${name}}` : evaluate(text, context);
    },
  },
  __isVarDefined: {
    least: 1,
    most: 1,
    call: ([name = ''], { variables }) => String(variables.has(name)),
  },
  /** text, variable, delimiters (each character is one). */
  __split: {
    least: 2,
    most: 3,
    call: ([text = '', variable = '', delimiters], { variables }) => {
      const name = variable.trim();
      const pieces = split(text, delimiters || ',');
      variables.set(name, text);
      variables.set(`${name}_n`, String(pieces.length));
      for (const [at, piece] of pieces.entries()) variables.set(`${name}_${at + 1}`, piece);
      variables.delete(`${name}_${pieces.length + 1}`);
      return text;
    },
  },
  /** TRUE: each user counts for itself; FALSE: all together. variable. */
  __counter: {
    least: 1,
    most: 2,
    call: ([perUser = '', variable], context, { id }) => {
      const name = `counter ${id}`;
      if (perUser.trim().toLowerCase() !== 'true') {
        const soon = context.shared.count(name);
        return typeof soon === 'number'
          ? stored(context, variable, String(soon))
          : soon.then((count) => stored(context, variable, String(count)));
      }
      const count = ((context.own.get(name) as number | undefined) ?? 0) + 1;
      context.own.set(name, count);
      return stored(context, variable, String(count));
    },
  },
};

/** JMeter's: what is empty between two delimiters, or behind the last, is `?`; a delimiter at the start is not looked at. */
function split(text: string, delimiters: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let isBehindDelimiter = false;
  for (const char of text) {
    if (!delimiters.includes(char)) {
      piece += char;
      isBehindDelimiter = false;
      continue;
    }
    if (piece !== '') pieces.push(piece);
    else if (isBehindDelimiter) pieces.push('?');
    piece = '';
    isBehindDelimiter = true;
  }
  if (piece !== '') pieces.push(piece);
  else if (isBehindDelimiter) pieces.push('?');
  return pieces;
}
