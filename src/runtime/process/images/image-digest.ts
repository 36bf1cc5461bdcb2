// What identifies an image: one SHA-256 over its description and its whole tree, times of files left out.

import { createHash, type Hash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import path from 'node:path';
import type { ImageDescription } from './image-record.ts';

const pieceBytes = 1024 * 1024;

export function digestOf(
  files: string,
  description: ImageDescription,
): { digest: string; sizeBytes: number } {
  const { source, base, config, requirements } = description;
  const hash = createHash('sha256').update(JSON.stringify([source, base, config, requirements]));
  const sizeBytes = addFolder(hash, files, '');
  return { digest: hash.digest('hex'), sizeBytes };
}

/** Returns the bytes of the files in it. */
function addFolder(hash: Hash, root: string, inside: string): number {
  let bytes = 0;
  for (const name of readdirSync(path.join(root, inside)).sort()) {
    const relative = path.join(inside, name);
    const file = path.join(root, relative);
    const stat = lstatSync(file);
    const kind = stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'file';
    hash.update(`\0${JSON.stringify([kind, relative, stat.mode & 0o7777])}\0`);
    if (kind === 'folder') bytes += addFolder(hash, root, relative);
    else if (kind === 'link') hash.update(readlinkSync(file));
    else bytes += addFile(hash, file);
  }
  return bytes;
}

function addFile(hash: Hash, file: string): number {
  const piece = Buffer.allocUnsafe(pieceBytes);
  const fd = openSync(file, 'r');
  let total = 0;
  try {
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) {
      hash.update(piece.subarray(0, read));
      total += read;
    }
  } finally {
    closeSync(fd);
  }
  hash.update(`\0${total}`);
  return total;
}
