// relevo lb import: turns an haproxy.cfg into a configuration of `lb run`, or into manifests; lists what it could not take.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import type { LooseConfig } from '../lb/import/draft.ts';
import { importHaproxy } from '../lb/import/import-haproxy.ts';
import type { ImportReport, ReportedLine } from '../lb/import/import-report.ts';
import { toManifests } from '../lb/import/to-manifests.ts';
import { toYaml } from '../lb/import/to-yaml.ts';
import { UsageError } from './errors.ts';
import { messagesOf, withCommonOptions } from './verb.ts';

const summary = 'make a configuration, or manifests, out of an haproxy.cfg';

export function importCommand(): Command {
  return withCommonOptions(new Command('import'))
    .summary(summary)
    .description(`${summary}; it is printed, and what could not be taken is listed on standard error`)
    .argument('<haproxy.cfg>', 'the file of HAProxy')
    .addOption(new Option('--as <form>', 'what to make of it').choices(['yaml', 'manifests']).default('yaml'))
    .action((file: string, { as }: { as: string }, self: Command) => {
      const { config, report } = importHaproxy(textOf(file));
      if ((config.frontends ?? []).length === 0) {
        throw new UsageError(`${file}: there is no frontend or listen section in it`);
      }
      process.stdout.write(
        as === 'yaml' ? toYaml(config, report, path.basename(file)) : manifests(config, file),
      );
      tell(report);
      process.stderr.write(`${messagesOf(self).lb.imported(report.taken, report.left.length)}\n`);
    });
}

function tell({ left, notNeeded }: ImportReport): void {
  const lines = (word: string) => (line: ReportedLine) =>
    `line ${line.number}: ${word}: ${line.text} (${line.why})`;
  const all = [...notNeeded.map(lines('not needed')), ...left.map(lines('NOT TAKEN'))];
  for (const line of all) process.stderr.write(`${line}\n`);
}

function manifests(config: LooseConfig, file: string): string {
  const pages = (config.backends ?? []).flatMap(({ sorry }) =>
    (sorry?.pages ?? []).map((page) => page?.file),
  );
  const texts = new Map(
    pages.flatMap((page) =>
      page === undefined ? [] : [[page, textOf(path.resolve(path.dirname(file), page))]],
    ) as [string, string][],
  );
  const { manifests, left } = toManifests(config, texts);
  for (const one of left) process.stderr.write(`NOT TAKEN: ${one}\n`);
  return manifests.map((manifest) => `---\n${stringify(manifest, { lineWidth: 0 })}`).join('');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new UsageError(code === 'ENOENT' ? `${file}: there is no such file` : message, { cause });
  }
}
