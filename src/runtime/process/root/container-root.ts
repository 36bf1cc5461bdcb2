// Which mounts a container's root is made of: the image's files over the machine's programs, its own /proc and /dev, the pod's files, and
// the volumes. What is to be mounted on is made here, before anything is mounted.

import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { CreateContainerError } from '../../errors.ts';
import type { Mount } from '../../runtime.ts';
import { devices, type HostTree } from './host-tree.ts';
import { Layers } from './layers.ts';
import { bind, type MountEntry, MountFlags } from './mount-entry.ts';

/** What roots can be made of on this node. */
export interface RootMaterial {
  tree: HostTree;
  /** Whether there are overlays below the node's folder. */
  overlay: boolean;
  /** Overlays keep their marks where an ordinary user may. */
  isRootless: boolean;
}

export interface RootWish {
  /** The container's own folder; `root`, `upper`, `work` in it are taken. */
  folder: string;
  /** The image's files, which stay as they are. */
  files?: string;
  /** The files are a whole root: nothing of the machine is in it. */
  isWhole: boolean;
  /** Outermost first where one lies in another; those of the runtime's own before those of the pod. */
  mounts: readonly Mount[];
  readOnly: boolean;
  privileged: boolean;
  /** The devpts that is its /dev/pts. Default: a new one. */
  terminals?: string;
  /** The machine's programs are written over, too: what becomes of /usr is in `usr` beside `upper`, as whole files. */
  isKept?: boolean;
}

const own = 'nosuid,nodev,noexec'.split(',');
const readOnlyProc = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'];
const hiddenProc = ['kcore', 'keys', 'latency_stats', 'timer_list', 'sched_debug', 'acpi', 'scsi'];

export class ContainerRoot {
  readonly place: string;
  readonly mounts: MountEntry[] = [];
  readonly extraMounts: MountEntry[] = [];
  readonly #wish: RootWish;
  readonly #material: RootMaterial;
  readonly #layers: Layers;
  readonly #flags = new MountFlags();

  /** @throws CreateContainerError */
  constructor(wish: RootWish, material: RootMaterial) {
    this.#wish = wish;
    this.#material = material;
    this.place = path.join(wish.folder, 'root');
    try {
      this.#layers = this.#ground();
      if (!wish.isWhole) this.#machine();
      this.#surroundings();
      for (const mount of wish.mounts) this.#mount(mount);
    } catch (cause) {
      throw new CreateContainerError(`the container's root cannot be made: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /** Of a file in it as it is before anything runs; undefined when there is none. */
  fileOf(inside: string): string | undefined {
    return this.#layers.fileOf(this.#layers.resolve(inside));
  }

  #ground(): Layers {
    const { folder, files, isWhole, readOnly } = this.#wish;
    const { tree, overlay } = this.#material;
    mkdirSync(this.place, { recursive: true, mode: 0o755 });
    const lower = [...(files === undefined ? [] : [files]), isWhole ? tree.bare : tree.base];
    if (overlay) return new Layers(this.#overlay('/', path.join(folder, 'upper'), lower));
    for (const layer of lower.toReversed())
      cpSync(layer, this.place, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    this.#bind(this.place, '/', { readOnly });
    return new Layers([this.place]);
  }

  /** The machine's programs; where the image has files among them, or is to have a volume there, both. */
  #machine(): void {
    const { folder, files, mounts, isKept } = this.#wish;
    for (const target of this.#material.tree.folders) {
      const added = files === undefined ? undefined : folderAt(path.join(files, target));
      const isEntered = mounts.some((mount) => this.#layers.resolve(mount.target).startsWith(`${target}/`));
      if (this.#material.overlay && (added || isEntered || isKept)) {
        const stack = this.#overlay(target, path.join(folder, target.slice(1)), [
          ...(added ? [added] : []),
          target,
        ]);
        this.#layers.mount(target, stack);
      } else {
        this.#bind(target, target, { readOnly: true });
        this.#layers.mount(target, [target], { isFixed: true });
      }
    }
    if (files !== undefined) this.#spreadLinks(files);
  }

  /** The machine has a link to /usr/bin where the image has a folder /bin. */
  #spreadLinks(files: string): void {
    for (const name of readdirSync(files)) {
      const [added, below] = [folderAt(path.join(files, name)), path.join(this.#material.tree.base, name)];
      if (!added || !lstatSync(below, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
      const stack = this.#overlay(`/${name}`, path.join(this.#wish.folder, name), [
        added,
        realpathSync(`/${name}`),
      ]);
      this.#layers.mount(`/${name}`, stack);
    }
  }

  #surroundings(): void {
    const at = (inside: string) => path.join(this.place, inside);
    this.mounts.push({ source: 'proc', target: at('proc'), type: 'proc', options: own });
    for (const name of devices) this.#bind(`/dev/${name}`, `/dev/${name}`, { devices: true });
    this.mounts.push(this.#terminals(at('dev/pts')));
    const memory = [...own, 'mode=1777', 'size=64m'];
    this.mounts.push({ source: 'shm', target: at('dev/shm'), type: 'tmpfs', options: memory });
    this.extraMounts.push({ source: 'sysfs', target: at('sys'), type: 'sysfs', options: ['ro', ...own] });
    if (!this.#wish.privileged) this.#guardProc();
  }

  #terminals(target: string): MountEntry {
    const { terminals: source } = this.#wish;
    const options = ['nosuid', 'noexec'];
    if (source !== undefined) return { source, target, type: 'bind', options };
    return { source: 'devpts', target, type: 'devpts', options: [...options, 'ptmxmode=0666', 'mode=0620'] };
  }

  #guardProc(): void {
    for (const name of readOnlyProc.filter((one) => existsSync(`/proc/${one}`))) {
      const place = path.join(this.place, 'proc', name);
      this.mounts.push({ source: place, target: place, type: 'bind', options: ['ro', ...own] });
    }
    for (const name of hiddenProc) {
      const stat = statSync(`/proc/${name}`, { throwIfNoEntry: false });
      const target = path.join(this.place, 'proc', name);
      if (stat?.isDirectory())
        this.mounts.push({ source: 'none', target, type: 'tmpfs', options: ['ro', ...own] });
      else if (stat) this.#bind('/dev/null', `/proc/${name}`, { devices: true });
    }
  }

  #mount({ source, target, readOnly }: Mount): void {
    const place = this.#layers.resolve(target);
    if (place === '/') throw new Error('nothing can be mounted over the root');
    const file = realpathSync(source);
    const isFolder = statSync(file).isDirectory();
    this.#layers.makeMountPoint(place, isFolder ? 'folder' : 'file');
    if (isFolder) this.#layers.mount(place, [file]);
    this.#bind(file, place, { readOnly });
  }

  #bind(source: string, target: string, options: { readOnly?: boolean; devices?: boolean }): void {
    this.mounts.push(bind(source, path.join(this.place, target), this.#flags, options));
  }

  /** The folders that it shows, the topmost first. `upper` and a folder beside it are made. */
  #overlay(target: string, upper: string, lower: readonly string[]): string[] {
    const work = `${upper}.work`;
    mkdirSync(upper, { recursive: true, mode: 0o755 });
    mkdirSync(work, { recursive: true, mode: 0o700 });
    const { isKept, readOnly } = this.#wish;
    const { isRootless } = this.#material;
    const options = [
      `lowerdir=${lower.map(escaped).join(':')}`,
      `upperdir=${upper}`,
      `workdir=${work}`,
      'nodev',
      ...(isRootless ? ['userxattr'] : []),
      ...(readOnly ? ['ro'] : []),
      // With userxattr it is so, and may not be said.
      ...(isKept && !isRootless ? ['redirect_dir=off', 'metacopy=off'] : []),
    ];
    this.mounts.push({ source: 'overlay', target: path.join(this.place, target), type: 'overlay', options });
    return [upper, ...lower];
  }
}

/** overlay(5) separates lower folders by colons. */
function escaped(folder: string): string {
  return folder.replaceAll(':', '\\:');
}

function folderAt(place: string): string | undefined {
  return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() ? place : undefined;
}
