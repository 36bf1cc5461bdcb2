// Reads a drill from a file: its form, the parameters of its faults, and whether what it says can be.

import { readFileSync } from 'node:fs';
import { FileFaults } from '../../api/schema/file-faults.ts';
import { faults } from '../fault/catalogue.ts';
import { checkScenario } from './check-scenario.ts';
import { readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';

/** Throws FileFaults with everything that is wrong with it. */
export function readScenarioFile(file: string): Scenario {
  const scenario = readScenario(textOf(file), file, faults);
  const wrong = checkScenario(scenario);
  if (wrong.length > 0) throw new FileFaults(wrong.map((fault) => `${file}: ${fault}`));
  return scenario;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new FileFaults([`${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`], { cause });
  }
}
