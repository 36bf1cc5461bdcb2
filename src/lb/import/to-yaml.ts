// The imported configuration as a file for `relevo lb run`, with what could not be taken as comments at its head.

import { stringify } from 'yaml';
import type { LooseConfig } from './draft.ts';
import type { ImportReport } from './import-report.ts';

export function toYaml(config: LooseConfig, report: ImportReport, source: string): string {
  const left = report.left.map(({ number, text, why }) => `#   line ${number}: ${text}   (${why})`);
  const head = [`# Made from ${source}; "relevo lb run" takes it.`];
  if (left.length > 0) head.push('# Not taken:', ...left);
  return `${head.join('\n')}\n${stringify(config, { lineWidth: 0 })}`;
}
