// relevo lb check: says what is wrong with a configuration file, and starts nothing.

import { Command } from 'commander';
import { checkConfiguration } from '../daemon/lone-balancer.ts';
import { refuse } from './refuse.ts';
import { messagesOf, withCommonOptions } from './verb.ts';

const summary = 'say what is wrong with a configuration, and start nothing';

export function checkCommand(): Command {
  return withCommonOptions(new Command('check'))
    .summary(summary)
    .description(summary)
    .argument('<config>', 'the YAML file')
    .action(async (file: string, _options: object, self: Command) => {
      const { lb } = messagesOf(self);
      const { frontends, backends, problems } = await checkConfiguration(file).catch(refuse);
      for (const { subject, message } of problems) process.stderr.write(`relevo: ${subject}: ${message}\n`);
      if (problems.length > 0) process.exitCode = 1;
      else process.stdout.write(`${lb.valid(file, frontends, backends)}\n`);
    });
}
