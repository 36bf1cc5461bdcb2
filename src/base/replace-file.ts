// Replaces a file's text so that a reader, or a crash, sees the old text or the new one and nothing between.

import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** `mode` is the new file's. A symbolic link stays and what it leads to is replaced. The folder must exist. */
export function replaceFile(file: string, text: string, mode: number): void {
  const target = followed(file);
  const draft = `${target}.${process.pid}.new`;
  try {
    const fd = openSync(draft, 'w', mode);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function followed(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
