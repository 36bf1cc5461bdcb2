// How much of the disk a folder takes.

import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

const blockBytes = 512;

/**
 * Bytes on disk of all that is in it, as `du` counts them; links are not followed. What cannot be read, or goes meanwhile, counts nothing.
 * Stops counting beyond `enough` bytes.
 */
export async function folderSize(folder: string, enough = Number.POSITIVE_INFINITY): Promise<number> {
  let bytes = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined && bytes <= enough; next = folders.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const place = path.join(next, entry.name);
      if (entry.isDirectory()) folders.push(place);
      else bytes += await fileSize(place);
    }
  }
  return bytes;
}

async function fileSize(file: string): Promise<number> {
  const stats = await lstat(file).catch(() => undefined);
  return (stats?.blocks ?? 0) * blockBytes;
}
