// An image's files while a RUN line may change them: taken apart into the folders that overlays write to, and put together afterwards.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import type { HostTree } from '../../root/host-tree.ts';
import { openWorkFolders } from '../../root/overlays.ts';
import { RootWriter } from '../root-writer.ts';

export class RunLayer {
  /** For ContainerRoot, which takes `upper`, and `usr` and its like, in it. Beside the files, so that everything can be renamed. */
  readonly folder: string;
  readonly #files: string;
  #machine: readonly string[] = [];

  constructor(files: string) {
    this.#files = files;
    this.folder = `${files}.run`;
    mkdirSync(this.folder, { mode: 0o700 });
  }

  /** `tree`: of the machine's programs, when they lie below the files. `isRootless`: who writes is not the machine's root. */
  takeApart(tree: HostTree | undefined, { isRootless }: { isRootless: boolean }): void {
    if (tree) this.#followLinks(tree);
    renameSync(this.#files, this.#upper);
    // Whoever a USER line names goes through it.
    chmodSync(this.#upper, 0o755);
    this.#machine = tree?.folders.map((folder) => folder.slice(1)) ?? [];
    for (const name of this.#machine.filter((one) => isFolder(path.join(this.#upper, one))))
      renameSync(path.join(this.#upper, name), path.join(this.folder, name));
    if (isRootless) for (const name of this.#machine) makeOwn(`/${name}`, path.join(this.folder, name));
  }

  /** What was removed of the machine's files is there again. */
  putTogether(): void {
    openWorkFolders(this.folder);
    for (const name of this.#machine) {
      const place = path.join(this.folder, name);
      if (!isFolder(place)) continue;
      removeEmpty(place, `/${name}`);
      if (isFolder(place)) renameSync(place, path.join(this.#upper, name));
    }
    keepOrdinary(this.#upper);
    renameSync(this.#upper, this.#files);
  }

  /** Idempotent. */
  remove(): void {
    openWorkFolders(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #upper(): string {
    return path.join(this.folder, 'upper');
  }

  /** The machine's /bin is a link to /usr/bin: a folder of the image's would hide all that is there. */
  #followLinks({ base }: HostTree): void {
    const writer = new RootWriter(this.#files);
    for (const name of readdirSync(this.#files)) {
      const added = path.join(this.#files, name);
      const below = lstatSync(path.join(base, name), { throwIfNoEntry: false });
      if (!below?.isSymbolicLink() || !isFolder(added)) continue;
      const target = path.posix.resolve('/', readlinkSync(path.join(base, name)));
      writer.tree(added, target);
      rmSync(added, { recursive: true });
    }
  }
}

/** /usr/local/lib/python3/dist-packages. */
const deepest = 5;

/** In a folder of the machine's root nobody else makes files: those where software is put are to be his own. */
function makeOwn(machine: string, place: string): void {
  mkdirSync(place, { recursive: true, mode: 0o755 });
  const isOfSoftware = machine === '/usr' || machine.startsWith('/usr/local');
  if (!isOfSoftware || machine.split('/').length > deepest) return;
  for (const name of readdirSync(machine)) {
    if (isFolder(path.join(machine, name))) makeOwn(path.join(machine, name), path.join(place, name));
  }
}

/** Those that the machine has, too. */
function removeEmpty(place: string, machine: string): void {
  for (const name of readdirSync(place)) {
    const [inner, below] = [path.join(place, name), path.join(machine, name)];
    if (isFolder(inner) && isFolder(below)) removeEmpty(inner, below);
  }
  if (readdirSync(place).length === 0) rmdirSync(place);
}

/** An image has files, folders and links that its owner can read; marks of an overlay for what was removed are none of them. */
function keepOrdinary(folder: string): void {
  chmodSync(folder, lstatSync(folder).mode | 0o700);
  for (const name of readdirSync(folder)) {
    const place = path.join(folder, name);
    const stat = lstatSync(place);
    if (stat.isDirectory()) keepOrdinary(place);
    else if (stat.isFile()) chmodSync(place, stat.mode | 0o600);
    else if (!stat.isSymbolicLink()) rmSync(place);
  }
}

function isFolder(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
