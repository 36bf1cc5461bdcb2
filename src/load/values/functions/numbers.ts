// Functions that add numbers up.

import { stored, type TemplateFunction, wholeNumber } from './function.ts';

export const numberFunctions: Readonly<Record<string, TemplateFunction>> = {
  __intSum: sum(32),
  __longSum: sum(64),
};

/** Two numbers and more; the last argument is a variable when it is no number. Overflows as Java's numbers do. */
function sum(bits: number): TemplateFunction {
  return {
    least: 2,
    most: Number.POSITIVE_INFINITY,
    call: (args, context) => {
      const last = args.at(-1)?.trim() ?? '';
      const hasVariable = !/^[+-]?\d+$/.test(last);
      const numbers = hasVariable ? args.slice(0, -1) : args;
      const total = numbers.reduce((before, number) => before + wholeNumber(number), 0n);
      return stored(context, hasVariable ? last : undefined, String(BigInt.asIntN(bits, total)));
    },
  };
}
