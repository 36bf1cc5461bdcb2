// Removes a folder that programs have filled, whatever rights they left on what is in it.

import { chmodSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { removeAsOwnRoot } from './namespaces/subordinate-ids.ts';

/** Links in it are removed, not followed. Idempotent. */
export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    removeStubborn(folder);
  }
}

function removeStubborn(folder: string): void {
  try {
    // Go's module cache, for one, makes folders that even their owner may not change.
    openUp(folder);
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    // Programs that ran as others among this user's own IDs left what is theirs.
    if (!removeAsOwnRoot(folder)) throw error;
  }
}

function openUp(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openUp(path.join(folder, entry.name));
  }
}
