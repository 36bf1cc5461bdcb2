// The images that the process runtime has: those in the user's store, two of its own, and the host itself.

import { fileURLToPath } from 'node:url';
import { entryUrl } from '../../base/entry.ts';
import { CreateContainerError, ImageError } from '../errors.ts';
import type { ImageRequest, ResolvedImage } from '../runtime.ts';
import { staticServer } from './images/bases.ts';
import { missingRequirements } from './images/build/requirements.ts';
import {
  type ImageName,
  imageNameForm,
  parseImageName,
  repositoryOf,
  shortName,
} from './images/image-name.ts';
import { type BaseName, emptyConfig, type ImageConfig, type StoredImage } from './images/image-record.ts';
import { ImageStore } from './images/image-store.ts';
import { nearMisses } from './images/near-miss.ts';

/** What an image adds to a container. */
export interface ImageProgram {
  config: ImageConfig;
  base: BaseName | 'own';
  /** The folder of its files, which must not be changed. Undefined: it has none, and its program is the host's. */
  files?: string;
}

export interface ImageSurroundings {
  node: string;
  /** Of Relevo itself. */
  version: string;
  /** Where Node keeps compiled code: half the start-up time of a built-in image. */
  compileCache?: string;
  /** Where programs of the host are searched, by containers. Default: this process's PATH. */
  searchPath?: string;
  /** The store's folder. Undefined: there is none. */
  store?: string;
}

/** Names that nobody may give to an image of his own. */
const builtIn = ['relevo/web', 'relevo/static', 'host'];

export function isBuiltIn(name: ImageName): boolean {
  return builtIn.includes(repositoryOf(name));
}

export class Images {
  readonly #surroundings: ImageSurroundings;
  readonly #store: ImageStore | undefined;
  /** Ids of images that lacked nothing: to look again would cost every start the time of an interpreter's. */
  readonly #complete = new Set<string>();

  constructor(surroundings: ImageSurroundings) {
    this.#surroundings = surroundings;
    this.#store = surroundings.store === undefined ? undefined : new ImageStore(surroundings.store);
  }

  /** @throws ImageError */
  async resolve({ image, policy }: ImageRequest): Promise<ResolvedImage> {
    const name = parseImageName(image);
    if (!name)
      throw new ImageError('InvalidImageName', `"${image}" is no name of an image: ${imageNameForm}`);
    const repository = repositoryOf(name);
    if (repository === 'host') return { name: 'host', id: 'host', pulled: false };
    if (isBuiltIn(name)) {
      return {
        name: shortName(name),
        id: `${repository}@relevo-${this.#surroundings.version}`,
        pulled: false,
      };
    }
    const stored = this.#find(name);
    if (stored) return this.#resolved(name, stored);
    throw new ImageError(
      policy === 'Never' ? 'ErrImageNeverPull' : 'ErrImagePull',
      this.#waysOut(image, name),
    );
  }

  /** Of an image that was resolved, here or by a kubelet before. Throws CreateContainerError when it was removed meanwhile. */
  programOf({ name, id }: ResolvedImage): ImageProgram {
    if (id.startsWith('sha256:')) {
      const stored = this.#store?.get(id);
      if (!stored || !this.#store)
        throw new CreateContainerError(`the image "${name}" was removed meanwhile`);
      return { config: stored.config, base: stored.base, files: this.#store.filesOf(id) };
    }
    const base = 'nothing';
    if (name.startsWith('relevo/web:')) return { base, config: { ...emptyConfig, ...this.#web(name) } };
    if (name.startsWith('relevo/static:')) {
      return { base, config: { ...emptyConfig, entrypoint: staticServer(), env: this.#environment(name) } };
    }
    return { base, config: emptyConfig };
  }

  #web(name: string): Partial<ImageConfig> {
    const entry = fileURLToPath(entryUrl('runtime/process/images/web-process'));
    const env = { ...this.#environment(name), NODE_NAME: this.#surroundings.node };
    return { entrypoint: [process.execPath, entry], env };
  }

  #environment(name: string): Record<string, string> {
    const { compileCache } = this.#surroundings;
    const tag = name.slice(name.lastIndexOf(':') + 1);
    return { ...(compileCache ? { NODE_COMPILE_CACHE: compileCache } : {}), IMAGE_TAG: tag };
  }

  #find(name: ImageName): StoredImage | undefined {
    try {
      return this.#store?.find(name);
    } catch (cause) {
      throw new ImageError('ErrImagePull', (cause as Error).message, { cause });
    }
  }

  async #resolved(name: ImageName, image: StoredImage): Promise<ResolvedImage> {
    const { id, sizeBytes, config, requirements } = image;
    const files = this.#store?.filesOf(id) ?? '';
    const { searchPath = process.env.PATH ?? '' } = this.#surroundings;
    const warnings = this.#complete.has(id)
      ? []
      : await missingRequirements(requirements, files, [searchPath]);
    if (warnings.length === 0) this.#complete.add(id);
    const [user = ''] = config.user.split(':');
    return {
      ...{ name: shortName(name), id, sizeBytes, pulled: false },
      ...(/^\d+$/.test(user) ? { uid: Number(user) } : user === '' ? {} : { username: user }),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  }

  #waysOut(image: string, name: ImageName): string {
    const similar = nearMisses(shortName(name), this.#names());
    const meant = similar.length > 0 ? ` (did you mean ${similar.join(' or ')}?)` : '';
    return (
      `there is no image "${image}" here${meant}, and pods that run as processes of this machine fetch none from a registry; ` +
      `build it with "relevo image build -t ${image} FOLDER", load it with "relevo image load FILE" from "docker save ${image}", ` +
      'use "image: host" with a command to run a program of this machine, "image: relevo/web", the built-in web application, ' +
      'or "image: relevo/static" for a folder of files'
    );
  }

  #names(): string[] {
    try {
      return [...Object.keys(this.#store?.names() ?? {}), ...builtIn];
    } catch {
      return builtIn;
    }
  }
}
