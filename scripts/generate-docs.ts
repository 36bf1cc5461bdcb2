// Writes what stands between the markers of the pages in docs/reference/, from the code it describes:
//   node scripts/generate-docs.ts     (`--check` writes nothing and fails when a page is not fresh)

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { backendPolicySchema } from '../src/api/relevo/backend-policy.ts';
import { lbConfigSchema } from '../src/lb/config/config-schema.ts';
import { cliReference } from './generate-docs/cli-reference.ts';
import { drillReference } from './generate-docs/drill-reference.ts';
import { kindReference } from './generate-docs/kind-reference.ts';
import { loadPlanReference } from './generate-docs/load-plan-reference.ts';
import { schemaReference } from './generate-docs/schema-reference.ts';
import { loadVerbs } from './generate-docs/verbs.ts';

const folder = path.join(import.meta.dirname, '../docs/reference');
const begin = '<!-- generated: begin (scripts/generate-docs.ts) -->';
const end = '<!-- generated: end -->';

const pages: Readonly<Record<string, string>> = {
  'cli.md': cliReference(await loadVerbs()),
  'kinds.md': kindReference(),
  'backend-policy.md': schemaReference(backendPolicySchema.properties?.spec ?? {}),
  'drills.md': drillReference(),
  'lb-config.md': schemaReference(lbConfigSchema),
  'load-plan.md': loadPlanReference(),
};

function withGenerated(text: string, page: string, generated: string): string {
  const [before, rest = ''] = text.split(begin);
  const after = rest.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/reference/${page}: a marker is missing`);
  return `${before}${begin}\n\n${generated}\n\n${end}${after}`;
}

for (const [page, generated] of Object.entries(pages)) {
  const file = path.join(folder, page);
  const text = readFileSync(file, 'utf8');
  const fresh = withGenerated(text, page, generated);
  if (fresh === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`docs/reference/${page} is not fresh: run ./scripts/with-node scripts/generate-docs.ts`);
    process.exitCode = 1;
  } else writeFileSync(file, fresh);
}
