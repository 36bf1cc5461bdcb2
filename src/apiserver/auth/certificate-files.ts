// How certificates and keys lie on disk: 0600 in a directory of 0700, every file written aside, fsynced and renamed into place.
// A new set appears whole: its directory is renamed, so a crash leaves all of it or none.

import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** File names and their content. */
export type FileSet = Record<string, string>;

/** Every file in the directory; undefined when the directory does not exist or is empty. Leftovers of a crash are not read. */
export async function readFileSet(dir: string): Promise<FileSet | undefined> {
  let names: string[];
  try {
    names = (await readdir(dir)).filter((name) => !name.endsWith('.new'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (names.length === 0) return undefined;
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(dir, name), 'utf8')] as const),
  );
  return Object.fromEntries(files);
}

/** Makes the directory with these files; it must not exist, or be empty. */
export async function createFileSet(dir: string, files: FileSet): Promise<void> {
  const aside = `${dir}.new`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true, mode: 0o700 });
  await chmod(aside, 0o700);
  for (const [name, content] of Object.entries(files)) await writeSynced(join(aside, name), content);
  await syncDirectory(aside);
  // An empty directory in the way holds nothing, but not every system renames over one.
  await rm(join(dir), { recursive: true, force: true });
  await rename(aside, dir);
  await syncDirectory(dirname(dir));
}

/** Replaces single files, in the order given. */
export async function replaceFiles(dir: string, files: FileSet): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const aside = join(dir, `${name}.new`);
    await writeSynced(aside, content);
    await rename(aside, join(dir, name));
  }
  await syncDirectory(dir);
}

async function writeSynced(path: string, content: string): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
