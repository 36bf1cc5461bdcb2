// The drill that somebody means: one of the catalogue by its name, or a file.

import { existsSync } from 'node:fs';
import { catalogueFile } from '../drill/catalogue.ts';
import { readScenarioFile } from '../drill/scenario/read-scenario-file.ts';
import type { Scenario } from '../drill/scenario/scenario.ts';
import { refuse } from './refuse.ts';

/**
 * A file that is there goes before a name, where it is written as one (with a slash or an ending). Undefined: there is neither. Throws
 * UsageError with what is wrong with the file.
 */
export function drillOf(what: string): Scenario | undefined {
  const isPath = /[/.]/.test(what);
  const file = isPath ? what : (catalogueFile(what) ?? what);
  if (!isPath && !existsSync(file)) return undefined;
  try {
    return readScenarioFile(file);
  } catch (error) {
    return refuse(error);
  }
}
