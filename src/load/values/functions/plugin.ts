// Functions of the plugin "Custom JMeter Functions" (jpgc-functions) that plans use as if they were JMeter's own.

import { createHash } from 'node:crypto';
import { CannotEvaluate, stored, type TemplateFunction, wholeNumber } from './function.ts';

export const pluginFunctions: Readonly<Record<string, TemplateFunction>> = {
  __strLen: text(1, ([value = '']) => String(value.length)),
  __uppercase: text(1, ([value = '']) => value.toUpperCase()),
  __lowercase: text(1, ([value = '']) => value.toLowerCase()),
  __base64Encode: text(1, ([value = '']) => Buffer.from(value).toString('base64')),
  __base64Decode: text(1, ([value = '']) => Buffer.from(value, 'base64').toString()),
  __MD5: text(1, ([value = '']) => createHash('md5').update(value).digest('hex')),
  /** text, from (counted from 0), to (not with it). */
  __substring: text(3, ([value = '', from, to]) => {
    const [start, end] = [Number(wholeNumber(from)), Number(wholeNumber(to))];
    if (start < 0 || end > value.length || start > end) throw new CannotEvaluate(`no ${start} to ${end}`);
    return value.slice(start, end);
  }),
  __isDefined: {
    least: 1,
    most: 1,
    call: ([name = ''], { variables }) => (variables.has(name) ? '1' : '0'),
  },
  __iterationNum: { least: 0, most: 0, call: (_, { iteration }) => String(iteration) },
};

/** So many arguments, and a variable. */
function text(count: number, turn: (args: readonly string[]) => string): TemplateFunction {
  return {
    least: count,
    most: count + 1,
    call: (args, context) => stored(context, args[count], turn(args)),
  };
}
