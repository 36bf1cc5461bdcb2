// The drill that somebody means: one of the catalogue by its name, or a file.

import { existsSync } from 'node:fs';
import { catalogueFile, catalogueNames } from '../drill/catalogue.ts';
import { readScenarioFile } from '../drill/scenario/read-scenario-file.ts';
import type { Scenario } from '../drill/scenario/scenario.ts';
import { UsageError } from './errors.ts';
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

/** As drillOf(); throws UsageError also where there is neither. */
export function knownDrill(what: string): Scenario {
  const drill = drillOf(what);
  if (drill) return drill;
  throw new UsageError(`there is no drill "${what}", nor a file; there are ${catalogueNames().join(', ')}`);
}
