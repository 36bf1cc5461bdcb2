// All functions of templates by their names. Whoever adds one adds it to the guide as well.

import { dateFunctions } from './dates.ts';
import { fileFunctions } from './files.ts';
import type { TemplateFunction } from './function.ts';
import { numberFunctions } from './numbers.ts';
import { pluginFunctions } from './plugin.ts';
import { propertyFunctions } from './properties.ts';
import { randomFunctions } from './randoms.ts';
import { regexFunctions } from './regex-function.ts';
import { scriptFunctions } from './scripts.ts';
import { textFunctions } from './texts.ts';
import { userFunctions } from './users.ts';
import { variableFunctions } from './variables.ts';

/** Names as they are written in a template: `__Random`. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map(
  [
    propertyFunctions,
    variableFunctions,
    userFunctions,
    numberFunctions,
    randomFunctions,
    dateFunctions,
    textFunctions,
    fileFunctions,
    regexFunctions,
    scriptFunctions,
    pluginFunctions,
  ].flatMap((table) => Object.entries(table)),
);
