// relevo drill new: writes a drill to start from.

import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { faults } from '../drill/fault/catalogue.ts';
import type { Fault } from '../drill/fault/fault.ts';
import { drillTemplate } from './drill-template.ts';
import { UsageError } from './errors.ts';
import type { DrillWords } from './messages/drills/en.ts';
import { languageIn, messagesOf, withCommonOptions } from './verb.ts';

interface Options {
  readonly service: string;
  readonly namespace: string;
  readonly fault: string;
}

const summary = 'write a drill to start from, with a comment for each part';

export function newCommand(): Command {
  return withCommonOptions(new Command('new'))
    .summary(summary)
    .description(summary)
    .argument('<file>', 'where to; it must not be there yet. - is standard output')
    .option('--service <service>', 'what is to be shown to work', 'web')
    .option('-n, --namespace <namespace>', 'of the Service', 'default')
    .addOption(new Option('--fault <fault>', 'what goes wrong').default('replica-kill'))
    .action((file: string, options: Options, self: Command) => {
      const { drills: words } = messagesOf(self);
      const fault = faultCalled(options.fault);
      const text = drillTemplate({ ...options, fault, language: languageIn(self) }, words);
      if (file === '-') process.stdout.write(text);
      else write(file, text, words);
    });
}

function faultCalled(name: string): Fault {
  const fault = faults.get(name);
  if (fault) return fault;
  throw new UsageError(`there is no fault "${name}"; there are ${[...faults.keys()].join(', ')}`);
}

function write(file: string, text: string, words: DrillWords): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new UsageError(code === 'EEXIST' ? words.exists(file) : message, { cause });
  }
  process.stdout.write(`${words.written(file)}\n`);
}
