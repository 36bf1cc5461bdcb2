// Archives of images: what `docker save` writes (manifest.json), and OCI image layouts (index.json) in a tar file.
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { hostArchitecture } from '../host-architecture.ts';
import { placeIn } from '../rooted-path.ts';
import { ArchiveError } from './extract.ts';

/** One image of an archive, before its layers are unpacked. */
export interface ArchivedImage {
  /** As the archive has them; there may be none. */
  names: readonly string[];
  config: ArchivedConfig;
  /** Files on the host, the lowest layer first. */
  layers: readonly string[];
}

/** The part that counts here; a hand-made archive may have anything in it. */
export interface ArchivedConfig {
  architecture?: string;
  os?: string;
  config?: {
    Entrypoint?: string[] | null;
    Cmd?: string[] | null;
    Env?: string[] | null;
    WorkingDir?: string;
    User?: string;
    ExposedPorts?: Record<string, unknown> | null;
    Labels?: Record<string, string> | null;
    StopSignal?: string;
  };
}

interface DockerEntry {
  Config: string;
  RepoTags?: string[] | null;
  Layers: string[];
}

interface Descriptor {
  mediaType?: string;
  digest: string;
  platform?: { architecture?: string; os?: string };
  annotations?: Record<string, string>;
}

const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** The images of an archive that was unpacked into `folder`, all for this machine's processor. Throws ArchiveError. */
export async function readArchive(folder: string): Promise<ArchivedImage[]> {
  const images = existsSync(placeIn(folder, 'manifest.json'))
    ? fromDocker(folder)
    : await fromLayout(new Layout(folder));
  if (images.length === 0) throw new ArchiveError('the archive has no image in it');
  for (const { names, config } of images) checkPlatform(names, config);
  return images;
}

function fromDocker(folder: string): ArchivedImage[] {
  const entries = json<DockerEntry[]>(folder, 'manifest.json');
  if (!Array.isArray(entries)) throw new ArchiveError('manifest.json is no list of images');
  return entries.map(({ Config, RepoTags, Layers }) => ({
    names: RepoTags ?? [],
    config: json<ArchivedConfig>(folder, Config),
    layers: Layers.map((layer) => present(folder, layer)),
  }));
}

async function fromLayout(layout: Layout): Promise<ArchivedImage[]> {
  const { folder } = layout;
  if (!existsSync(placeIn(folder, 'index.json'))) {
    throw new ArchiveError(
      'this is no image: give a file that "docker save" wrote, or an OCI image layout in a tar file',
    );
  }
  const { manifests = [] } = json<{ manifests?: Descriptor[] }>(folder, 'index.json');
  const images: ArchivedImage[] = [];
  for (const top of manifests) {
    const descriptor = await layout.manifest(top);
    if (!descriptor) continue;
    const manifest = await layout.blob<{ config: Descriptor; layers: Descriptor[] }>(descriptor);
    const config = await layout.blob<ArchivedConfig>(manifest.config);
    const layers: string[] = [];
    for (const layer of manifest.layers) layers.push(await layout.checked(layer));
    images.push({ names: nameIn(top), config, layers });
  }
  return images;
}

function nameIn({ annotations = {} }: Descriptor): string[] {
  const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
  return name === undefined ? [] : [name];
}

/** Blobs by digest, each of which is what its name says. */
class Layout {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Of several for different machines, that of this one. Undefined for what is no image, such as an attestation. */
  async manifest(descriptor: Descriptor): Promise<Descriptor | undefined> {
    if (!indexTypes.includes(descriptor.mediaType ?? '')) return isImage(descriptor) ? descriptor : undefined;
    const { manifests = [] } = await this.blob<{ manifests?: Descriptor[] }>(descriptor);
    const images = manifests.filter(isImage);
    const own = images.find(({ platform }) => platform?.architecture === hostArchitecture(arch()));
    if (own || images.length === 0) return own;
    const others = images.map(({ platform }) => platform?.architecture ?? 'unknown').join(', ');
    throw new ArchiveError(
      `the image is for ${others}, and this machine is ${hostArchitecture(arch())}: save it for this one (docker pull --platform)`,
    );
  }

  async blob<T>(descriptor: Descriptor): Promise<T> {
    await this.checked(descriptor);
    return json<T>(this.folder, pathOf(descriptor));
  }

  /** The blob's file. */
  async checked(descriptor: Descriptor): Promise<string> {
    const file = present(this.folder, pathOf(descriptor));
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    if (`sha256:${hash.digest('hex')}` === descriptor.digest) return file;
    throw new ArchiveError(`the archive is damaged: ${descriptor.digest} is not what its name says`);
  }
}

function isImage({ platform }: Descriptor): boolean {
  return platform?.os !== 'unknown';
}

function pathOf({ digest }: Descriptor): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (hex === undefined) throw new ArchiveError(`"${digest}" is no digest that can be checked`);
  return `blobs/sha256/${hex}`;
}

function checkPlatform(names: readonly string[], { architecture, os = 'linux' }: ArchivedConfig): void {
  const own = hostArchitecture(arch());
  const name = names[0] ?? 'the image';
  if (os !== 'linux') throw new ArchiveError(`${name} is for ${os}, and containers here are Linux's`);
  if (architecture === undefined || architecture === own) return;
  throw new ArchiveError(
    `${name} is for ${architecture}, and this machine is ${own}: save it for this one (docker pull --platform linux/${own})`,
  );
}

function present(folder: string, inside: string): string {
  const file = placeIn(folder, String(inside), { followLast: true });
  if (existsSync(file)) return file;
  throw new ArchiveError(`the archive is not complete: "${inside}" is missing`);
}

function json<T>(folder: string, inside: string): T {
  try {
    return JSON.parse(readFileSync(present(folder, inside), 'utf8'));
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause;
    throw new ArchiveError(`"${inside}" of the archive cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}
