// Brings the images of an archive into the store: every image's layers, one over the other, in one folder.

import { mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { type ImageName, parseImageName } from '../image-name.ts';
import { emptyConfig, type ImageConfig, type StoredImage, signalName } from '../image-record.ts';
import type { ImageWriter } from '../image-writer.ts';
import { RootWriter } from '../root-writer.ts';
import { type ArchivedConfig, type ArchivedImage, readArchive } from './archive.ts';
import { ArchiveError, extract } from './extract.ts';

export interface LoadOptions {
  file: string;
  /** For an archive of one image: its name, in place of those in the archive. */
  name?: ImageName;
  /** Names that nobody may give to an image of his own. */
  isReserved(name: ImageName): boolean;
  signal?: AbortSignal;
}

export interface LoadedImage {
  names: readonly ImageName[];
  image: StoredImage;
}

/** @throws ArchiveError; then none of the images was added that come after the one it is about */
export async function loadImages(writer: ImageWriter, options: LoadOptions): Promise<LoadedImage[]> {
  const unpacked = writer.draft();
  await extract(options.file, new RootWriter(unpacked));
  const images = await readArchive(unpacked);
  if (options.name && images.length > 1)
    throw new ArchiveError(`the archive has ${images.length} images, which cannot all have one name`);
  const loaded: LoadedImage[] = [];
  for (const image of images) {
    options.signal?.throwIfAborted();
    loaded.push(await load(writer, image, options));
  }
  return loaded;
}

async function load(
  writer: ImageWriter,
  archived: ArchivedImage,
  { name, isReserved, signal }: LoadOptions,
): Promise<LoadedImage> {
  const names = name ? [name] : archived.names.map(nameOf);
  if (names.length === 0) throw new ArchiveError('the image has no name: give it one with -t NAME');
  const reserved = names.find(isReserved);
  if (reserved) throw new ArchiveError(`"${reserved.path}" is built in: load it with another name, -t NAME`);
  const root = path.join(writer.draft(), 'root');
  mkdirSync(root);
  const files = new RootWriter(root);
  for (const layer of archived.layers) {
    signal?.throwIfAborted();
    await extract(layer, files, { whiteouts: true });
  }
  const config = configOf(archived.config);
  const description = { source: 'load' as const, base: 'own' as const, config, requirements: [] };
  return { names, image: writer.add(root, description, names) };
}

function nameOf(text: string): ImageName {
  const name = parseImageName(text);
  if (name) return name;
  throw new ArchiveError(`the archive calls the image "${text}", which is no name: give it one with -t NAME`);
}

function configOf({ config = {} }: ArchivedConfig): ImageConfig {
  const { Entrypoint, Cmd, Env, WorkingDir, User, ExposedPorts, Labels, StopSignal } = config;
  return {
    ...emptyConfig,
    ...{ entrypoint: Entrypoint ?? [], cmd: Cmd ?? [], env: variables(Env ?? []) },
    ...{ workingDir: WorkingDir ?? '', user: User ?? '', labels: Labels ?? {} },
    exposedPorts: Object.keys(ExposedPorts ?? {}),
    ...(StopSignal ? { stopSignal: signalName(StopSignal, constants.signals) } : {}),
  };
}

function variables(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((text) => {
      const at = text.indexOf('=');
      return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
