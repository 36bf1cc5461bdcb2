// relevo image build: an image from a Dockerfile.

import { statSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { whyNoPidNamespaces } from '../network/netns/feasibility.ts';
import { type BuildOptions, buildImage } from '../runtime/process/images/build/builder.ts';
import { machineRun } from '../runtime/process/images/build/machine-run.ts';
import { UsageError } from './errors.ts';
import { sizeText } from './image-list.ts';
import { namesText, openStore, ownNameOf, withWriter } from './image-store.ts';
import { messagesOf, withCommonOptions } from './verb.ts';

interface Options {
  tag: string[];
  file?: string;
  buildArg: Record<string, string>;
  run?: boolean;
  skipRun?: boolean;
}

export function addBuild(image: Command): void {
  withCommonOptions(image.command('build'))
    .summary('make an image from a Dockerfile')
    .description(
      'make an image from a Dockerfile; python, node, nginx, httpd, busybox, alpine, debian and ubuntu stand for what this machine has',
    )
    .argument('<folder>', 'where COPY takes files from')
    .requiredOption(
      '-t, --tag <name>',
      'what it is called, [registry/]name[:tag]; may be repeated',
      collected,
    )
    .option('-f, --file <dockerfile>', 'default: Dockerfile in the folder')
    .option('--build-arg <name=value>', 'of an ARG; may be repeated', assigned, {})
    .option('--skip-run', 'leave RUN lines out: programs use what this machine has installed')
    .option(
      '--run',
      "run RUN lines, in a root made of the image and this machine's programs, with the network of this machine",
    )
    .action(build);
}

async function build(folder: string, options: Options, self: Command): Promise<void> {
  const { image: messages } = messagesOf(self);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`there is no folder "${folder}": name the one with the Dockerfile`);
  const names = options.tag.map(ownNameOf);
  const order = {
    ...{ folder, names, buildArgs: options.buildArg, runLines: await runLinesOf(options) },
    dockerfile: options.file ?? path.join(folder, 'Dockerfile'),
    onStep: (text: string) => void process.stdout.write(`${text}\n`),
  };
  const store = openStore();
  const { image, warnings } = await withWriter(store, messages, (writer, signal) =>
    buildImage(store, writer, { ...order, signal }),
  );
  for (const warning of warnings) process.stderr.write(`${messages.warning(warning)}\n`);
  process.stdout.write(
    `${messages.built(namesText(names), image.id.slice(0, 19), sizeText(image.sizeBytes))}\n`,
  );
}

async function runLinesOf({ run, skipRun }: Options): Promise<BuildOptions['runLines']> {
  if (run && skipRun) throw new UsageError('--run and --skip-run: choose one');
  if (skipRun) return 'skip';
  if (!run) return 'refuse';
  const whyNot = await whyNoPidNamespaces();
  if (whyNot === undefined) return machineRun;
  throw new Error(`--run needs namespaces: ${whyNot}; --skip-run leaves RUN lines out`);
}

function collected(text: string, all: string[] = []): string[] {
  return [...all, text];
}

/** As Docker does: a name alone takes its value from the environment. */
function assigned(text: string, all: Record<string, string>): Record<string, string> {
  const [, name, value] = /^(\w+)(?:=([\s\S]*))?$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('write NAME=VALUE.');
  const given = value ?? process.env[name];
  return given === undefined ? all : { ...all, [name]: given };
}
