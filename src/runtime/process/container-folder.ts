// A container's folder on the node: its log, and a root in which its volumes lie. Without a mount namespace a program does not see that
// root as `/`: it is told where it is (POD_ROOT), and starts there.

import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
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
    for (const mount of mounts) this.#link(mount);
    if (terminationMessagePath)
      mkdirSync(path.dirname(this.inside(terminationMessagePath)), { recursive: true });
    return { cwd: workingDir ? this.#workingDirectory(workingDir) : this.root };
  }

  /** What the container left at `terminationMessagePath`. */
  message(terminationMessagePath: string): string | undefined {
    try {
      const file = this.inside(terminationMessagePath);
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
    if (existsSync(place)) return;
    try {
      mkdirSync(path.dirname(place), { recursive: true });
      symlinkSync(source, place);
    } catch (cause) {
      throw new CreateContainerError(
        `the volume for ${target} cannot be linked: ${(cause as Error).message}`,
        { cause },
      );
    }
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

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
