// The reference of a drill's file: its fields, and the faults with theirs.

import type { Schema } from '../../src/api/schema.ts';
import { faults } from '../../src/drill/fault/catalogue.ts';
import type { Fault } from '../../src/drill/fault/fault.ts';
import { scenarioSchema } from '../../src/drill/scenario/scenario-schema.ts';
import { code } from './markdown-table.ts';
import { schemaReference } from './schema-reference.ts';

/** Markdown. */
export function drillReference(): string {
  return [
    '## Fields',
    schemaReference(withoutRepetition(scenarioSchema)),
    '## Faults',
    'What can stand below `with:` of each. Whether a fault goes on until it is undone says whether `for:` makes sense.',
    ...[...faults.values()].flatMap(faultReference),
  ].join('\n\n');
}

/** What is expected of a part of the drill has the same limits as the whole. */
function withoutRepetition(schema: Schema): Schema {
  const expect = schema.properties?.expect;
  const { fault, calm, ...limits } = expect?.properties ?? {};
  const short = (part: Schema | undefined): Schema => ({ ...part, properties: {} });
  const parts = { fault: short(fault), calm: short(calm) };
  const properties = { ...schema.properties, expect: { ...expect, properties: { ...limits, ...parts } } };
  return { ...schema, properties };
}

function faultReference({ name, summary, parameters, lasts, lastsIf }: Fault): string[] {
  const has = Object.keys(parameters.properties ?? {}).length > 0;
  const where = lastsIf ? ', where its fields say so' : '';
  const until = lasts ? `Goes on until it is undone${where}.` : 'Over at once.';
  return [`### ${code(name)}`, `${summary.en} ${until}`, ...(has ? [schemaReference(parameters)] : [])];
}
