// Reads a plan from a file, whichever form it has.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type JmxPlan, readJmx } from '../jmx/read-jmx.ts';
import { checkPlan } from './check-plan.ts';
import { PlanError } from './plan-error.ts';
import { templateFaults } from './template-faults.ts';
import { readPlan } from './yaml/read-plan.ts';

/** What of a .jmx is not, or not quite, carried out; of YAML always nothing. */
export type ReadPlan = JmxPlan;

/** `properties` are those of the command line (`-J name=value`). Throws PlanError with everything that is wrong, before anything is sent. */
export function readPlanFile(file: string, properties: Readonly<Record<string, string>> = {}): ReadPlan {
  const text = textOf(file);
  const read = isXml(text)
    ? withTemplateFaults(readJmx(text, file, { properties, readFile: readerBeside(file) }))
    : { plan: readPlan(text, file, properties), unsupported: [], adapted: [], views: [] };
  const faults = checkPlan(read.plan);
  if (faults.length > 0)
    throw new PlanError(faults.map((fault) => (fault.startsWith(`${file}:`) ? fault : `${file}: ${fault}`)));
  return read;
}

/** Functions and patterns that are not supported, among what else is not. */
function withTemplateFaults(read: JmxPlan): JmxPlan {
  const faults = templateFaults(read.plan).map(({ where, text }) => ({ what: text, where }));
  return { ...read, unsupported: [...read.unsupported, ...faults] };
}

/** Of what a plan includes; undefined for what cannot be read. */
function readerBeside(file: string): (included: string) => string | undefined {
  return (included) => {
    try {
      return readFileSync(path.resolve(path.dirname(file), included), 'utf8');
    } catch {
      return undefined;
    }
  };
}

function isXml(text: string): boolean {
  return /^\uFEFF?\s*</.test(text);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new PlanError([`${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`], { cause });
  }
}
