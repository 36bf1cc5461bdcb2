// The reference of load plans: the file's own fields, then those of each kind of step.

import type { Schema } from '../../src/api/schema.ts';
import { planSchema } from '../../src/load/plan/yaml/plan-schema.ts';
import { methods, stepSchemas } from '../../src/load/plan/yaml/step-schema.ts';
import { code } from './markdown-table.ts';
import { schemaReference } from './schema-reference.ts';

/** Requests differ in their method alone. */
export function loadPlanReference(): string {
  const [request = ''] = methods;
  const others = Object.entries(stepSchemas).filter(([key]) => !methods.some((method) => method === key));
  return [
    schemaReference(planSchema),
    `## Requests\n\nThe key is one of ${methods.map(code).join(', ')}, and its value the path.`,
    schemaReference(stepSchemas[request] as Schema),
    '## Other steps\n\nEach has one key that says which it is.',
    ...others.map(
      ([key, schema]) => `### ${code(key)}\n\n${schema.description}\n\n${schemaReference(schema)}`,
    ),
  ].join('\n\n');
}
