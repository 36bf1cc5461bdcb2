// Adds images to a store and removes them. One writer at a time, machine-wide; the second one waits.

import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type FileLock, tryFileLock } from '../../../base/file-lock.ts';
import { replaceFile } from '../../../base/replace-file.ts';
import { openWorkFolders } from '../root/overlays.ts';
import { digestOf } from './image-digest.ts';
import { type ImageName, shortName } from './image-name.ts';
import type { ImageDescription, StoredImage } from './image-record.ts';
import type { ImageStore } from './image-store.ts';

const lookAgainMs = 100;

export class ImageWriter {
  readonly #store: ImageStore;
  readonly #lock: FileLock;
  #closed = false;

  private constructor(store: ImageStore, lock: FileLock) {
    this.#store = store;
    this.#lock = lock;
  }

  /** Waits while somebody else writes, and tells once that it does. Rejects with the signal's reason. */
  static async open(store: ImageStore, onWait?: () => void, signal?: AbortSignal): Promise<ImageWriter> {
    store.create();
    const file = path.join(store.folder, 'lock');
    let lock = tryFileLock(file);
    if (!lock) onWait?.();
    while (!lock) {
      await setTimeout(lookAgainMs, undefined, { signal });
      lock = tryFileLock(file);
    }
    const writer = new ImageWriter(store, lock);
    writer.#emptyDrafts();
    writer.#sweep();
    return writer;
  }

  /** A new empty folder, gone after close(). */
  draft(): string {
    const folder = path.join(this.#store.folder, 'drafts', randomUUID());
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }

  /** Takes the folder `files` over as the image's tree; names that another image had are this one's now. */
  add(files: string, description: ImageDescription, names: readonly ImageName[]): StoredImage {
    const { digest, sizeBytes } = digestOf(files, description);
    const id = `sha256:${digest}`;
    const known = this.#store.get(id);
    const image = known ?? { ...description, id, sizeBytes, createdAt: new Date().toISOString() };
    if (!known) this.#install(files, image);
    this.#rename((all) => {
      for (const name of names) all[shortName(name)] = id;
    });
    return image;
  }

  /** False when there is no such name. An image goes with its last name. */
  remove(name: ImageName): boolean {
    const key = shortName(name);
    if (!(key in this.#store.names())) return false;
    this.#rename((all) => {
      delete all[key];
    });
    return true;
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#emptyDrafts();
    } finally {
      this.#lock.release();
    }
  }

  #install(files: string, image: StoredImage): void {
    const draft = this.draft();
    renameSync(files, path.join(draft, 'files'));
    writeDurably(path.join(draft, 'image.json'), JSON.stringify(image));
    const place = this.#store.folderOf(image.id);
    rmSync(place, { recursive: true, force: true });
    renameSync(draft, place);
  }

  #rename(change: (names: Record<string, string>) => void): void {
    const names = this.#store.names();
    change(names);
    replaceFile(path.join(this.#store.folder, 'names.json'), JSON.stringify(names, null, 1), 0o600);
    this.#sweep();
  }

  /** Running containers have copies of their own: what has no name is of no use. */
  #sweep(): void {
    const used = new Set(Object.values(this.#store.names()).map((id) => id.replace('sha256:', '')));
    for (const hex of readdirSync(path.join(this.#store.folder, 'all'))) {
      if (used.has(hex)) continue;
      // Renamed first: a reader finds all of it or nothing.
      const doomed = path.join(this.#store.folder, 'drafts', randomUUID());
      renameSync(path.join(this.#store.folder, 'all', hex), doomed);
      rmSync(doomed, { recursive: true, force: true });
    }
  }

  #emptyDrafts(): void {
    const folder = path.join(this.#store.folder, 'drafts');
    for (const name of readdirSync(folder)) {
      const place = path.join(folder, name);
      if (statSync(place).isDirectory()) openWorkFolders(place);
      rmSync(place, { recursive: true, force: true });
    }
  }
}

function writeDurably(file: string, text: string): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
