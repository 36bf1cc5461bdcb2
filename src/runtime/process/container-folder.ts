// A container's folder on the node: its log, and a root in which its volumes lie. Without a mount namespace a program does not see that
// root as `/`: it is told where it is (POD_ROOT), and starts there.

import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { CreateContainerError } from '../errors.ts';
import type { ContainerSpec, Mount } from '../runtime.ts';

const longestMessageBytes = 4_096;

export class ContainerFolder {
  readonly path: string;
  readonly root: string;
  readonly logFile: string;

  constructor(folder: string) {
    this.path = folder;
    this.root = path.join(folder, 'root');
    this.logFile = path.join(folder, 'log');
  }

  /** @throws CreateContainerError */
  create({ mounts, workingDir, terminationMessagePath }: ContainerSpec): { cwd: string } {
    mkdirSync(this.root, { recursive: true, mode: 0o700 });
    const outermostFirst = mounts.toSorted((a, b) => a.target.length - b.target.length);
    for (const mount of outermostFirst) this.#link(mount);
    if (terminationMessagePath)
      mkdirSync(path.dirname(this.inside(terminationMessagePath)), { recursive: true });
    return { cwd: workingDir ? this.#workingDirectory(workingDir) : this.root };
  }

  /** What the container left at `terminationMessagePath`. */
  message(terminationMessagePath: string): string | undefined {
    try {
      // With a root of its own the container wrote it through a mount.
      const mounted = path.join(this.path, 'message');
      const file = existsSync(mounted) ? mounted : this.inside(terminationMessagePath);
      return readFileSync(file).subarray(0, longestMessageBytes).toString('utf8') || undefined;
    } catch {
      return undefined;
    }
  }

  /** Where an absolute path of the container lies. `..` leads nowhere. */
  inside(absolute: string): string {
    return path.join(this.root, path.posix.join('/', absolute));
  }

  #link({ source, target }: Mount): void {
    const place = this.inside(target);
    try {
      mkdirSync(path.dirname(place), { recursive: true });
      // What lies there in the container's own root is hidden by the volume; in another volume nothing may be lost.
      if (this.#owns(place) || isLeftover(place, source)) rmSync(place, { recursive: true, force: true });
      symlinkSync(source, place);
    } catch (cause) {
      throw new CreateContainerError(
        `the volume for ${target} cannot be linked: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  /** Whether it is not within a volume that is linked already. */
  #owns(place: string): boolean {
    return `${realpathSync(path.dirname(place))}/`.startsWith(`${realpathSync(this.root)}/`);
  }

  /** In the container's root, or a folder of the host where that has none. */
  #workingDirectory(workingDir: string): string {
    const found = [this.inside(workingDir), workingDir].find((one) => path.isAbsolute(one) && isFolder(one));
    if (found) return found;
    throw new CreateContainerError(
      `the working directory "${workingDir}" does not exist on this machine: pods run as its processes; create it or leave workingDir out`,
    );
  }
}

/** A link that an earlier container made in a volume that it mounted around this one. */
function isLeftover(place: string, source: string): boolean {
  try {
    return readlinkSync(place) === source || !existsSync(place);
  } catch {
    return false;
  }
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
