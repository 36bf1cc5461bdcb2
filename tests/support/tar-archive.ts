// Tar archives as nobody's tar would write them: paths and links are taken as they are.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Header } from 'tar';

export interface TarEntry {
  path: string;
  /** Default: a file with `text`. */
  type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'FIFO' | 'CharacterDevice';
  text?: string | Buffer;
  linkpath?: string;
  mode?: number;
}

const blockBytes = 512;

export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, type = 'File', text = '', linkpath, mode = 0o644 }) => {
    const data = Buffer.from(text);
    const head = Buffer.alloc(blockBytes);
    new Header({ path, type, size: data.length, mode, linkpath, mtime: new Date(0) }).encode(head, 0);
    const padding = Buffer.alloc((blockBytes - (data.length % blockBytes)) % blockBytes);
    return [head, data, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

export interface SavedImage {
  names: readonly string[] | null;
  /** Each a tar archive, compressed or not. */
  layers: readonly Buffer[];
  config?: object;
  architecture?: string;
  os?: string;
}

/** As `docker save` writes it. */
export function writeDockerArchive(file: string, images: readonly SavedImage[]): void {
  const blobs: TarEntry[] = [];
  const manifest = images.map(({ names, layers, config = {}, architecture, os = 'linux' }) => ({
    Config: addBlob(blobs, Buffer.from(JSON.stringify({ architecture, os, config }))),
    RepoTags: names,
    Layers: layers.map((layer) => addBlob(blobs, layer)),
  }));
  writeFileSync(file, tarOf([...blobs, { path: 'manifest.json', text: JSON.stringify(manifest) }]));
}

/** With an index for several platforms, as BuildKit writes it; `damaged` changes a byte of the last layer. */
export function writeLayout(file: string, image: SavedImage, { damaged = false } = {}): void {
  const { names, layers, config = {}, architecture = 'amd64', os = 'linux' } = image;
  const blobs: TarEntry[] = [];
  const add = (data: object | Buffer) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(JSON.stringify(data));
    return { digest: `sha256:${addBlob(blobs, bytes).slice('blobs/sha256/'.length)}` };
  };
  const manifest = add({
    config: add({ architecture, os, config }),
    layers: layers.map((layer) => add(layer)),
  });
  const platforms = [
    { ...manifest, platform: { architecture, os } },
    { ...add({}), platform: { architecture: 'unknown', os: 'unknown' } },
  ];
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const annotations = { 'org.opencontainers.image.ref.name': names?.[0] };
  const index = { manifests: [{ ...add({ manifests: platforms }), mediaType, annotations }] };
  const layer = blobs[1 + layers.length - 1];
  if (damaged && layer) layer.text = Buffer.concat([Buffer.from(layer.text ?? ''), Buffer.alloc(512)]);
  writeFileSync(
    file,
    tarOf([
      { path: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}' },
      { path: 'index.json', text: JSON.stringify(index) },
      ...blobs,
    ]),
  );
}

function addBlob(blobs: TarEntry[], data: Buffer): string {
  const path = `blobs/sha256/${createHash('sha256').update(data).digest('hex')}`;
  blobs.push({ path, text: data });
  return path;
}
