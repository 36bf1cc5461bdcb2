// The images of one user, for all of his clusters. Files are written aside and renamed, so that a reader or a crash never sees half an
// image. Readers take no lock; whoever writes holds the one there is.
//
//   names.json        name → id
//   all/HEX/          image.json and files/, never changed once they are there
//   drafts/           what is being made; whoever gets the lock finds only what a killed one left

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ImageName, shortName } from './image-name.ts';
import type { StoredImage } from './image-record.ts';

export interface NamedImage {
  /** `flask:latest`. */
  name: string;
  image: StoredImage;
}

/** Where it lies in a RELEVO_HOME. */
export function imageStoreFolder(home: string): string {
  return path.join(home, 'images');
}

export class ImageStore {
  readonly folder: string;

  /** Nothing is made yet. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** By name. */
  list(): NamedImage[] {
    return Object.entries(this.names())
      .flatMap(([name, id]) => {
        const image = this.get(id);
        return image ? [{ name, image }] : [];
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: ImageName): StoredImage | undefined {
    const id = name.digest ?? this.names()[shortName(name)];
    return id === undefined ? undefined : this.get(id);
  }

  /** By its id. */
  get(id: string): StoredImage | undefined {
    if (!/^sha256:[0-9a-f]{64}$/.test(id)) return undefined;
    return readJson<StoredImage>(path.join(this.folderOf(id), 'image.json'));
  }

  /** The tree of its files. They must not be changed. */
  filesOf(id: string): string {
    return path.join(this.folderOf(id), 'files');
  }

  folderOf(id: string): string {
    return path.join(this.folder, 'all', id.replace(/^sha256:/, ''));
  }

  names(): Record<string, string> {
    return readJson<Record<string, string>>(path.join(this.folder, 'names.json')) ?? {};
  }

  /** Makes the folders, for their owner only. Idempotent. */
  create(): void {
    for (const name of ['all', 'drafts'])
      mkdirSync(path.join(this.folder, name), { recursive: true, mode: 0o700 });
  }
}

function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    // It was removed meanwhile: there is nothing, then.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`the file ${file} is damaged: remove it, then build or load the image again`, { cause });
  }
}
