// The images that the process runtime has without being given any: its own web application, and the host itself.

import { fileURLToPath } from 'node:url';
import { entryUrl } from '../../base/entry.ts';
import { ImageError } from '../errors.ts';
import type { ImageRequest, ResolvedImage } from '../runtime.ts';

/** What an image adds to a container. */
export interface ImageProgram {
  /** Empty: the container must say what it runs. */
  command: readonly string[];
  env: Readonly<Record<string, string>>;
}

export interface ImageSurroundings {
  node: string;
  /** Where Node keeps compiled code: half the start-up time of a built-in image. */
  compileCache?: string;
}

/** As Docker reads them: what stands before the first slash is a registry only with a dot or a port, or when it is localhost. */
const imageName =
  /^(?:(?<registry>localhost(?::\d+)?|[\w-]+:\d+|[\w-]+(?:\.[\w-]+)+(?::\d+)?)\/)?(?<path>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?$/;
const web = 'relevo/web';
const host = 'host';

/** @throws ImageError */
export function resolveImage({ image, policy }: ImageRequest, version: string): ResolvedImage {
  const name = parseName(image);
  if (name.path === web) return { name: `${web}:${name.tag}`, id: `${web}@relevo-${version}`, pulled: false };
  if (name.path === host) return { name: host, id: 'host', pulled: false };
  const reason = policy === 'Never' ? 'ErrImageNeverPull' : 'ErrImagePull';
  throw new ImageError(reason, waysOut(image));
}

/** Of an image that was resolved, here or by a kubelet before. */
export function programOf(image: ResolvedImage, { node, compileCache }: ImageSurroundings): ImageProgram {
  if (!image.name.startsWith(`${web}:`)) return { command: [], env: {} };
  const entry = fileURLToPath(entryUrl('runtime/process/images/web-process'));
  const cache: Record<string, string> = compileCache ? { NODE_COMPILE_CACHE: compileCache } : {};
  const tag = image.name.slice(web.length + 1);
  return { command: [process.execPath, entry], env: { ...cache, NODE_NAME: node, IMAGE_TAG: tag } };
}

function parseName(image: string): { path: string; tag: string } {
  const groups = imageName.exec(image)?.groups;
  if (!groups) {
    throw new ImageError(
      'InvalidImageName',
      `"${image}" is no name of an image: write [registry/]name[:tag] in lower case`,
    );
  }
  const { registry = 'docker.io', path = '', tag = 'latest' } = groups;
  return { path: registry === 'docker.io' ? path.replace(/^library\//, '') : `${registry}/${path}`, tag };
}

function waysOut(image: string): string {
  return (
    `there is no image "${image}" here, and pods that run as processes of this machine fetch none from a registry; ` +
    `use "image: ${host}" with a command to run a program of this machine, or "image: ${web}", the built-in web application`
  );
}
