// relevo image load: images from an archive that `docker save` wrote, or an OCI layout.

import { createWriteStream, existsSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { ImageWriter } from '../runtime/process/images/image-writer.ts';
import { loadImages } from '../runtime/process/images/load/loader.ts';
import { isBuiltIn } from '../runtime/process/images.ts';
import { UsageError } from './errors.ts';
import { sizeText } from './image-list.ts';
import { namesText, openStore, ownNameOf, withWriter } from './image-store.ts';
import { withProgress } from './progress.ts';
import { messagesOf, withCommonOptions } from './verb.ts';

interface Options {
  input?: string;
  tag?: string;
}

export function addLoad(image: Command): void {
  withCommonOptions(image.command('load'))
    .summary('take images from an archive of "docker save", or an OCI layout')
    .description('take images from an archive of "docker save", or from an OCI image layout in a tar file')
    .argument('[file]', 'the archive; "-" or nothing: standard input')
    .option('-i, --input <file>', 'the same')
    .option('-t, --tag <name>', 'what its one image is called, in place of its own name')
    .action(load);
}

async function load(argument: string | undefined, options: Options, self: Command): Promise<void> {
  const { image: messages } = messagesOf(self);
  if (argument !== undefined && options.input !== undefined)
    throw new UsageError('the archive is named twice: give a file or -i, not both');
  const input = argument ?? options.input ?? '-';
  if (input !== '-' && !existsSync(input)) throw new UsageError(`there is no file "${input}"`);
  if (input === '-' && process.stdin.isTTY)
    throw new UsageError(
      'name the archive, or write it into standard input: docker save NAME | relevo image load',
    );
  const name = options.tag === undefined ? undefined : ownNameOf(options.tag);
  const work = withWriter(openStore(), messages, async (writer, signal) => {
    const file = input === '-' ? await fromStandardInput(writer, signal) : input;
    return loadImages(writer, { file, isReserved: isBuiltIn, signal, ...(name ? { name } : {}) });
  });
  for (const { names, image } of await withProgress(messages.loading(), work)) {
    const text = messages.loaded(namesText(names), image.id.slice(0, 19), sizeText(image.sizeBytes));
    process.stdout.write(`${text}\n`);
  }
}

async function fromStandardInput(writer: ImageWriter, signal: AbortSignal): Promise<string> {
  const file = path.join(writer.draft(), 'input.tar');
  await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }), { signal });
  return file;
}
