// A folder of generated files that changes all at once, laid out as Kubernetes does: the files lie in a folder of their own, `..data` leads
// there, and every name in the volume is a link through it. Whoever reads while it is switched sees the old files or the new ones.

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export interface FileContent {
  readonly data: Uint8Array;
  readonly mode: number;
}

/** By path within the volume, with `/` between folders. */
export type Payload = ReadonlyMap<string, FileContent>;

/** Who may look into the folders. */
export interface Access {
  readonly folderMode: number;
  /** Of folders and files; undefined: this process's. */
  readonly group?: number;
}

const ownerOnly: Access = { folderMode: 0o700 };

const dataLink = '..data';

/** Whether the folder was ever written, by whichever process. */
export function hasPayload(folder: string): boolean {
  return existsSync(path.join(folder, dataLink));
}

/** Makes the folder hold this and nothing else; returns whether that changed anything. Throws for a path that leads out of it. */
export function writePayload(folder: string, payload: Payload, access: Access = ownerOnly): boolean {
  for (const file of payload.keys()) refuseEscape(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  openFolder(folder, access);
  const isNew = !holds(path.join(folder, dataLink), payload);
  if (isNew) switchTo(folder, writeVersion(folder, payload, access));
  // Also when nothing changed: a crash may have come between the switch and this.
  linkNames(folder, new Set([...payload.keys()].map((file) => topOf(file))));
  return isNew;
}

function refuseEscape(file: string): void {
  const parts = file.split('/');
  const leadsOut = path.isAbsolute(file) || parts.includes('..') || file.startsWith('..');
  if (leadsOut || file === '') throw new Error(`invalid path ${JSON.stringify(file)} in a volume`);
}

function topOf(file: string): string {
  return file.split('/', 1)[0] ?? '';
}

/** Modes count, and so does what somebody else changed there. */
function holds(version: string, payload: Payload): boolean {
  if (!existsSync(version)) return false;
  const found = filesIn(version);
  if (found.length !== payload.size) return false;
  return found.every((file) => {
    const wanted = payload.get(file);
    const place = path.join(version, file);
    return (
      wanted !== undefined &&
      (statSync(place).mode & 0o777) === wanted.mode &&
      readFileSync(place).equals(wanted.data)
    );
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(`${folder}/`, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
}

function writeVersion(folder: string, payload: Payload, access: Access): string {
  const now = new Date().toISOString().slice(0, 19).replaceAll(/[-T:]/g, '_');
  const version = mkdtempSync(path.join(folder, `..${now}.`));
  for (const [file, { data, mode }] of payload) {
    const place = path.join(version, file);
    mkdirSync(path.dirname(place), { recursive: true, mode: 0o700 });
    writeFileSync(place, data, { mode: 0o600 });
    // Not left to the umask.
    chmodSync(place, mode);
    if (access.group !== undefined) chownSync(place, -1, access.group);
  }
  for (const inner of foldersIn(version)) openFolder(inner, access);
  openFolder(version, access);
  return path.basename(version);
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => path.join(parentPath, name));
}

export function openFolder(folder: string, { folderMode, group }: Access): void {
  if (group !== undefined) chownSync(folder, -1, group);
  chmodSync(folder, folderMode);
}

function switchTo(folder: string, version: string): void {
  const draft = path.join(folder, '..data_tmp');
  rmSync(draft, { force: true });
  symlinkSync(version, draft);
  renameSync(draft, path.join(folder, dataLink));
  for (const name of readdirSync(folder)) {
    const isOlder = name.startsWith('..') && name !== version && name !== dataLink;
    if (isOlder) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/** Links of names that are gone are removed; what a pod itself put there stays. */
function linkNames(folder: string, names: ReadonlySet<string>): void {
  for (const name of readdirSync(folder)) {
    if (!names.has(name) && leadsToData(folder, name)) rmSync(path.join(folder, name));
  }
  for (const name of names) {
    if (leadsToData(folder, name)) continue;
    const place = path.join(folder, name);
    rmSync(place, { recursive: true, force: true });
    symlinkSync(`${dataLink}/${name}`, place);
  }
}

function leadsToData(folder: string, name: string): boolean {
  const place = path.join(folder, name);
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink && readlinkSync(place) === `${dataLink}/${name}`;
}
