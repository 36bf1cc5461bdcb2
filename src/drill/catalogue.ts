// The drills that come with the program: the files of examples/drills, which the package has, too.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ownFolder } from '../base/entry.ts';
import { areas } from './scenario/defaults.ts';
import { readScenarioFile } from './scenario/read-scenario-file.ts';
import type { Scenario } from './scenario/scenario.ts';

const ending = '.yml';

/** Absolute. What drills are applied to lies below it. */
function catalogueFolder(): string {
  return path.join(ownFolder(), '..', 'examples', 'drills');
}

/** In alphabetical order. */
export function catalogueNames(): string[] {
  return readdirSync(catalogueFolder())
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

/** Undefined: there is none of this name. */
export function catalogueFile(name: string): string | undefined {
  return catalogueNames().includes(name) ? fileOf(name) : undefined;
}

/** Whether it was read from a file of the catalogue: one of the same name somewhere else is another drill. */
export function isOfCatalogue({ file }: Pick<Scenario, 'file'>): boolean {
  return catalogueNames().some((name) => fileOf(name) === path.resolve(file));
}

/** By area, in the order in which reports have them, then by name. Throws FileFaults. */
export function readCatalogue(): Scenario[] {
  return catalogueNames()
    .map((name) => readScenarioFile(fileOf(name)))
    .sort((one, other) => areas.indexOf(one.area) - areas.indexOf(other.area));
}

function fileOf(name: string): string {
  return path.join(catalogueFolder(), `${name}${ending}`);
}
