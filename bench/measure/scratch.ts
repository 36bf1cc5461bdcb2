// Folders for one run, on the disk of this clone (the system's temporary folder is often memory, where syncing costs nothing).

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

/** A new folder that is removed when it is disposed of, or when this process ends. */
export function scratchDir(purpose: string): Disposable & { readonly path: string } {
  const cache = path.join(import.meta.dirname, '..', '..', '.cache');
  mkdirSync(cache, { recursive: true });
  const dir = mkdtempSync(path.join(cache, `bench-${purpose}-`));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path: dir,
    [Symbol.dispose]() {
      process.off('exit', remove);
      remove();
    },
  };
}
