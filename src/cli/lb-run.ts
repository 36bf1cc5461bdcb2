// relevo lb run: a balancer from one file, in the foreground, until Ctrl-C. SIGHUP reads the file again.

import { Command, Option } from 'commander';
import { aborted } from '../base/aborted.ts';
import { jsonLogger } from '../daemon/logger.ts';
import { LoneBalancer } from '../daemon/lone-balancer.ts';
import { type EngineName, engineNames, type Problem } from '../lb/engine.ts';
import type { LbModel } from '../lb/model.ts';
import { countOf } from './count.ts';
import { interruption } from './interruption.ts';
import type { Messages } from './messages/en.ts';
import { refuse } from './refuse.ts';
import { messagesOf, withCommonOptions } from './verb.ts';

const summary = 'run a balancer from a file, without a cluster';

interface Options {
  engine: EngineName;
  workers?: number;
}

export function runCommand(): Command {
  return withCommonOptions(new Command('run'))
    .summary(summary)
    .description(`${summary}; SIGHUP reads the file again`)
    .argument('<config>', 'the YAML file')
    .addOption(
      new Option('--engine <engine>', 'what moves the traffic').choices(engineNames).default('embedded'),
    )
    .option('--workers <count>', 'threads (default: one for each core)', countOf('workers', 64))
    .action(async (file: string, { engine, workers }: Options, self: Command) => {
      const messages = messagesOf(self);
      const signal = interruption({ except: 'SIGHUP' });
      const logger = jsonLogger(process.env.RELEVO_LOG || 'error');
      const started = await LoneBalancer.start({ file, engine, workers, logger }).catch(refuse);
      const { balancer, problems } = started;
      process.on('SIGHUP', () => void reload(balancer, messages));
      try {
        tellAll(balancer, problems, messages);
        await aborted(signal);
      } finally {
        process.stderr.write(`\n${messages.lb.stopping()}\n`);
        await balancer.close();
      }
    });
}

function tellAll(balancer: LoneBalancer, problems: readonly Problem[], { lb }: Messages): void {
  complain(problems);
  for (const line of placesOf(balancer.model)) process.stdout.write(`${lb.frontend(line)}\n`);
  const { statistics } = balancer;
  if (statistics) {
    const { urls, user, password } = statistics;
    for (const url of urls) process.stdout.write(`${lb.statistics(url, user, password)}\n`);
  }
  process.stdout.write(`${lb.howToStop(process.pid)}\n`);
}

async function reload(balancer: LoneBalancer, { lb }: Messages): Promise<void> {
  try {
    complain(await balancer.reload());
    process.stdout.write(`${lb.reloaded()}\n`);
  } catch (error) {
    process.stderr.write(`relevo: ${(error as Error).message}\nrelevo: ${lb.notReloaded()}\n`);
  }
}

function complain(problems: readonly Problem[]): void {
  for (const { subject, message } of problems) process.stderr.write(`relevo: ${subject}: ${message}\n`);
}

function placesOf(model: LbModel | undefined): string[] {
  return (model?.frontends ?? []).flatMap(({ name, mode, binds }) =>
    binds.map(({ address, port, certificates }) => {
      const scheme = mode === 'tcp' ? 'tcp' : certificates ? 'https' : 'http';
      const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '[::1]' : address;
      return `${name}  ${scheme}://${host}:${port}`;
    }),
  );
}
