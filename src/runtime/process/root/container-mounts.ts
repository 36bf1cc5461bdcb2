// What is mounted in a container's root besides the image and the machine's programs: the pod's files, what the built-in images run, the
// volumes.

import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ownFolder } from '../../../base/entry.ts';
import type { ContainerSpec, Mount } from '../../runtime.ts';
import type { ImageProgram } from '../images.ts';
import type { IsolationOptions, StartWish } from './isolated-start.ts';
import { podFileNames } from './pod-files.ts';

/** Where programs are that the machine has under another name. */
export const shimsPlace = '/run/relevo/bin';

/** The runtime's own first; then the pod's, the outermost first. */
export function containerMounts(
  { spec, image, folder, podFolder, shims }: StartWish,
  options: IsolationOptions,
): Mount[] {
  const readOnly = true;
  const machine = ownPaths(image, spec);
  return [
    ...podFileNames.map((name) => ({ source: path.join(podFolder, name), target: name, readOnly: false })),
    ...machine.map((name) => ({ source: name, target: name, readOnly })),
    ...(runsRelevo(image, spec) ? cacheOf(options) : []),
    ...(shims === undefined ? [] : [{ source: shims, target: shimsPlace, readOnly }]),
    ...spec.mounts.toSorted((a, b) => a.target.length - b.target.length),
    ...messageOf(spec, folder),
  ];
}

/** A folder of the node's own: what a pod leaves there is never loaded by Relevo's own processes, nor on another node. */
function cacheOf({ compileCache, folder }: IsolationOptions): Mount[] {
  if (compileCache === undefined) return [];
  const source = path.join(folder, 'machine', 'compiled');
  mkdirSync(source, { recursive: true });
  return [{ source, target: compileCache, readOnly: false }];
}

/** A file that the program may write, and in whose place nobody can put a link. */
function messageOf({ terminationMessagePath: target }: ContainerSpec, folder: string): Mount[] {
  if (!target) return [];
  const source = path.join(folder, 'message');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(source, '');
  chmodSync(source, 0o666);
  return [{ source, target, readOnly: false }];
}

function ownPaths(image: ImageProgram, spec: ContainerSpec): string[] {
  const sources = path.resolve(ownFolder());
  const relevo = [process.execPath, sources, path.join(sources, '..', 'package.json')];
  const wanted = runsRelevo(image, spec) ? relevo : spec.image.name === 'host' ? ['/opt'] : [];
  return wanted.filter((one) => existsSync(one));
}

/** Whether Node, or a server of Relevo's own, stands for its program. */
function runsRelevo({ base }: ImageProgram, { image }: ContainerSpec): boolean {
  return /^relevo\/(web|static)[:@]?/.test(image.name) || ['node', 'nginx', 'httpd'].includes(base);
}
