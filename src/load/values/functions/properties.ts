// Functions that read and write JMeter's properties: what `-J name=value` gave.

import { stored, type TemplateFunction } from './function.ts';

export const propertyFunctions: Readonly<Record<string, TemplateFunction>> = {
  /** name, default (1, as JMeter has it). */
  __P: {
    least: 1,
    most: 2,
    call: ([name = '', otherwise = '1'], { properties }) => (properties.get(name) ?? otherwise).trim(),
  },
  /** name, variable, default (the name). */
  __property: {
    least: 1,
    most: 3,
    call: ([name = '', variable, otherwise = name], context) =>
      stored(context, variable, (context.properties.get(name) ?? otherwise).trim()),
  },
  /** name, value, TRUE: gives what it was before. Of this worker process: the others have their own. */
  __setProperty: {
    least: 2,
    most: 3,
    call: ([name = '', value = '', wantsOld = ''], { properties }) => {
      const old = properties.get(name) ?? '';
      properties.set(name, value);
      return wantsOld.trim().toLowerCase() === 'true' ? old : '';
    },
  },
  __isPropDefined: {
    least: 1,
    most: 1,
    call: ([name = ''], { properties }) => String(properties.has(name)),
  },
};
