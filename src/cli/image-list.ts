// relevo image list and inspect: what images there are, and what is known of one.

import type { Command } from 'commander';
import type { NamedImage } from '../runtime/process/images/image-store.ts';
import { imageNameOf, namesText, openStore } from './image-store.ts';
import type { Messages } from './messages/en.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { tableText } from './table.ts';
import { messagesOf, withCommonOptions } from './verb.ts';

export function addList(image: Command): void {
  withCommonOptions(image.command('list'))
    .alias('ls')
    .summary('list the images')
    .description('list the images, which all clusters of this user share')
    .addOption(outputOption())
    .action(({ output }: { output: OutputFormat }, self: Command) => {
      const { image: messages } = messagesOf(self);
      const images = openStore().list();
      printResult(output, images.map(flat), () => tableOf(images, messages));
    });
  withCommonOptions(image.command('inspect'))
    .summary('print all that is known of an image, as JSON')
    .description('print all that is known of an image, as JSON')
    .argument('<name>')
    .action((text: string) => {
      const name = imageNameOf(text);
      const found = openStore().find(name);
      if (!found) throw new Error(`there is no image "${text}"; "relevo image list" lists them`);
      printResult('json', { name: namesText([name]), ...found }, () => '');
    });
}

/** `1.5 MB`: thousands, as Docker counts. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const amount = bytes / 1_000 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power]}`;
}

function flat({ name, image }: NamedImage) {
  const { id, source, base, sizeBytes, createdAt } = image;
  return { name, id, source, base, sizeBytes, createdAt };
}

function tableOf(images: readonly NamedImage[], messages: Messages['image']): string {
  if (images.length === 0) return messages.none();
  const rows = images.map(({ name, image }) => [
    ...[name, image.id.slice(7, 19), image.source, image.base],
    ...[sizeText(image.sizeBytes), new Date(image.createdAt).toLocaleString()],
  ]);
  return tableText([messages.columns(), ...rows]);
}
