// The user's image store, and names of images as they are typed.

import { relevoHome } from '../machinery/cluster-dir.ts';
import {
  type ImageName,
  imageNameForm,
  parseImageName,
  repositoryOf,
  shortName,
} from '../runtime/process/images/image-name.ts';
import { ImageStore, imageStoreFolder } from '../runtime/process/images/image-store.ts';
import { ImageWriter } from '../runtime/process/images/image-writer.ts';
import { isBuiltIn } from '../runtime/process/images.ts';
import { UsageError } from './errors.ts';
import { interruption } from './interruption.ts';
import type { Messages } from './messages/en.ts';

export function openStore(): ImageStore {
  return new ImageStore(imageStoreFolder(relevoHome()));
}

/** Throws UsageError for a text that is no name. */
export function imageNameOf(text: string): ImageName {
  const name = parseImageName(text);
  if (name && name.digest === undefined) return name;
  throw new UsageError(`"${text}" cannot be an image's name: ${imageNameForm}`);
}

/** The same, and for one that is built in. */
export function ownNameOf(text: string): ImageName {
  const name = imageNameOf(text);
  if (!isBuiltIn(name)) return name;
  throw new UsageError(`"${repositoryOf(name)}" is built in: give the image another name`);
}

export function namesText(names: readonly ImageName[]): string {
  return names.map(shortName).join(', ');
}

/** Runs `work` as the store's only writer; what it left unfinished is removed, also when it is interrupted. */
export async function withWriter<T>(
  store: ImageStore,
  messages: Messages['image'],
  work: (writer: ImageWriter, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = interruption();
  const writer = await ImageWriter.open(store, () => process.stderr.write(`${messages.waiting()}\n`), signal);
  try {
    return await work(writer, signal);
  } finally {
    writer.close();
  }
}
