// What a container runs: the image's files copied into its folder, and its program with paths that lead there, for without a root of its
// own the program would look for them on the host.

import { constants, mkdirSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { shellLine } from '../../base/shell-words.ts';
import { CreateContainerError } from '../errors.ts';
import type { ContainerSpec } from '../runtime.ts';
import type { ContainerFolder } from './container-folder.ts';
import { DisplacedPaths } from './displaced-paths.ts';
import { aliasesOf } from './images/bases.ts';
import type { ImageProgram } from './images.ts';

export interface PlacedProgram {
  argv: readonly string[];
  /** The image's own. */
  env: Readonly<Record<string, string>>;
  /** Goes before all other folders of PATH. */
  shims?: string;
  cwd: string;
  stopSignal: string;
  /** What it may miss. */
  warnings: readonly string[];
}

/** @throws CreateContainerError */
export async function placeProgram(
  spec: ContainerSpec,
  image: ImageProgram,
  folder: ContainerFolder,
  host: Readonly<Record<string, string>>,
): Promise<PlacedProgram> {
  const argv = commandOf(spec, image);
  if (image.base === 'own') throw new CreateContainerError(needsOwnRoot(spec));
  await copyFiles(image, folder);
  const { cwd } = folder.create({ ...spec, workingDir: spec.workingDir ?? workingDirOf(image) });
  const stopSignal = spec.stopSignal ?? image.config.stopSignal ?? 'SIGTERM';
  const env = { ...image.config.env, ...portOf(spec, image) };
  if (image.files === undefined) return { argv, env, cwd, stopSignal, warnings: [] };
  const paths = new DisplacedPaths(folder.root);
  const { words, missing } = paths.command(argv);
  const shims = writeShims(image, folder, host.PATH ?? '');
  const warnings = missing.map(
    (one) => `there is no ${one}, neither in the image's files nor on this machine`,
  );
  return {
    ...{ argv: words, env: paths.environment(env, host.PATH ?? ''), cwd, stopSignal, warnings },
    ...(shims === undefined ? {} : { shims }),
  };
}

/** As Kubernetes combines them. Throws CreateContainerError. */
export function commandOf(
  { command, args, image }: ContainerSpec,
  { config }: ImageProgram,
): readonly string[] {
  const own = command ? [] : (args ?? config.cmd);
  const argv = command ? [...command, ...(args ?? [])] : [...config.entrypoint, ...own];
  // Args alone are a program where there is no entrypoint: `kubectl run try --image=host -- sh`.
  if (argv.length > 0) return argv;
  throw new CreateContainerError(
    `image "${image.name}" has no program of its own: set the container's command`,
  );
}

function needsOwnRoot({ image }: ContainerSpec): string {
  return (
    `image "${image.name}" was loaded and brings a root of its own, which containers on this node cannot have: ` +
    '"relevo up" says what namespaces lack here; or build it from its Dockerfile with "relevo image build"'
  );
}

function workingDirOf({ config, files }: ImageProgram): string | undefined {
  return files === undefined || config.workingDir === '' ? undefined : config.workingDir;
}

/** Where the pod declares no port, what the image exposes says where to listen: the last one, which is the nearest to the program. */
export function portOf({ ports }: ContainerSpec, { config }: ImageProgram): Record<string, string> {
  const [port] = config.exposedPorts.at(-1)?.split(/[/-]/) ?? [];
  return ports.length > 0 || port === undefined ? {} : { PORT: port };
}

/** Every container has files of its own: where the disk can share them until one is written to, it does. */
async function copyFiles({ files }: ImageProgram, { root }: ContainerFolder): Promise<void> {
  if (files === undefined) return;
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const mode = constants.COPYFILE_FICLONE;
    await cp(files, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, mode });
  } catch (cause) {
    throw new CreateContainerError(`the image's files cannot be copied: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Programs that the host has under another name. */
export function writeShims(
  { base }: ImageProgram,
  folder: ContainerFolder,
  searched: string,
): string | undefined {
  const aliases = aliasesOf(base, searched);
  if (Object.keys(aliases).length === 0) return undefined;
  const shims = path.join(folder.path, 'bin');
  writeAliases(aliases, shims);
  return shims;
}

/** Makes the folder `place` with a program for each. */
export function writeAliases(aliases: Readonly<Record<string, readonly string[]>>, place: string): void {
  mkdirSync(place, { recursive: true });
  for (const [name, words] of Object.entries(aliases)) {
    const script = `#!/bin/sh\nexec ${shellLine(words)} "$@"\n`;
    writeFileSync(path.join(place, name), script, { mode: 0o755 });
  }
}

/** The environment in which the host's programs also have their names in the image. */
export function withShims(
  env: Record<string, string>,
  { shims }: Pick<PlacedProgram, 'shims'>,
): Record<string, string> {
  return shims === undefined ? env : { ...env, PATH: `${shims}:${env.PATH ?? ''}` };
}
