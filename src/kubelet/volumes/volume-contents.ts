// What is in the volumes that the API fills: configMap, secret, downwardAPI, and projected, of which the others are special cases. Texts of
// errors are Kubernetes' own.

import type {
  V1DownwardAPIProjection,
  V1KeyToPath,
  V1Pod,
  V1Volume,
  V1VolumeProjection,
} from '../../api/generated/types.ts';
import type { PodPlace } from '../env/downward.ts';
import type { ReferenceReader } from '../env/reference-reader.ts';
import type { FileContent, Payload } from './atomic-folder.ts';
import { downwardText } from './downward-file.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

export interface ContentSources {
  references: ReferenceReader;
  tokens: ServiceAccountTokens;
  place: PodPlace;
  /** What of a mode counts for Secrets and tokens. */
  secretMask: number;
}

interface Projection {
  sources: readonly V1VolumeProjection[];
  defaultMode: number;
}

type Files = [path: string, content: FileContent][];

interface Selection {
  items?: readonly V1KeyToPath[];
  optional?: boolean;
}

export class VolumeContents {
  readonly #sources: ContentSources;

  constructor(sources: ContentSources) {
    this.#sources = sources;
  }

  /** Rejects with an Error that names what is missing. Of two files at one path the later counts. */
  async payload(pod: V1Pod, volume: V1Volume): Promise<Payload> {
    const { sources, defaultMode } = projectionOf(volume) ?? { sources: [], defaultMode: 0 };
    const files = await Promise.all(sources.map((source) => this.#files(pod, source, defaultMode)));
    return new Map(files.flat());
  }

  async #files(pod: V1Pod, source: V1VolumeProjection, mode: number): Promise<Files> {
    const { configMap, secret, downwardAPI, serviceAccountToken } = source;
    const namespace = pod.metadata.namespace ?? '';
    if (configMap) return this.#configMap(namespace, configMap.name ?? '', configMap, mode);
    if (secret) return this.#secret(namespace, secret.name ?? '', secret, mode);
    if (downwardAPI) return this.#downward(pod, downwardAPI, mode);
    if (!serviceAccountToken) return [];
    const token = await this.#sources.tokens.token(pod, serviceAccountToken);
    return [[serviceAccountToken.path, { data: Buffer.from(token), mode: mode & this.#sources.secretMask }]];
  }

  async #configMap(namespace: string, name: string, wanted: Selection, mode: number): Promise<Files> {
    const found = await this.#sources.references.configMap(namespace, name);
    if (!found) return nothingIf(wanted.optional, `configmap ${JSON.stringify(name)} not found`);
    const data = { ...decoded(found.data, 'utf8'), ...decoded(found.binaryData, 'base64') };
    return select(data, wanted, mode, 'configmap references non-existent config key');
  }

  async #secret(namespace: string, name: string, wanted: Selection, mode: number): Promise<Files> {
    const found = await this.#sources.references.secret(namespace, name);
    if (!found) return nothingIf(wanted.optional, `secret ${JSON.stringify(name)} not found`);
    const data = decoded(found.data, 'base64');
    const files = select(data, wanted, mode, 'references non-existent secret key');
    return files.map(([path, file]) => [path, { ...file, mode: file.mode & this.#sources.secretMask }]);
  }

  #downward(pod: V1Pod, { items = [] }: V1DownwardAPIProjection, mode: number): Files {
    return items.map((item) => {
      const data = Buffer.from(downwardText(pod, item, this.#sources.place));
      return [item.path, { data, mode: item.mode ?? mode }];
    });
  }
}

function projectionOf({ configMap, secret, downwardAPI, projected }: V1Volume): Projection | undefined {
  const of = (sources: V1VolumeProjection[], { defaultMode = 0o644 }: { defaultMode?: number }) => ({
    sources,
    defaultMode,
  });
  if (configMap) return of([{ configMap }], configMap);
  if (secret) return of([{ secret: { ...secret, name: secret.secretName } }], secret);
  if (downwardAPI) return of([{ downwardAPI }], downwardAPI);
  return projected && of(projected.sources ?? [], projected);
}

function nothingIf(optional: boolean | undefined, problem: string): Files {
  if (optional) return [];
  throw new Error(problem);
}

function decoded(
  data: Readonly<Record<string, string>> = {},
  encoding: 'utf8' | 'base64',
): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)]));
}

function select(
  data: Readonly<Record<string, Buffer>>,
  { items, optional }: Selection,
  mode: number,
  problem: string,
): Files {
  if (!items?.length) return Object.entries(data).map(([key, bytes]) => [key, { data: bytes, mode }]);
  return items.flatMap(({ key, path, mode: own = mode }): Files => {
    const bytes = Object.hasOwn(data, key) ? data[key] : undefined;
    return bytes ? [[path, { data: bytes, mode: own }]] : nothingIf(optional, `${problem}: ${key}`);
  });
}
