// The volumes of one node for a test: a folder, the fake API with tokens added, and a clock that is moved by hand.

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { V1Container, V1Pod, V1Volume, V1VolumeMount } from '../../src/api/generated/types.ts';
import { timestamp } from '../../src/api/timestamp.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { Client } from '../../src/client/client.ts';
import { configMaps, secrets } from '../../src/client/resources.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../src/client/transport.ts';
import { ReferenceReader } from '../../src/kubelet/env/reference-reader.ts';
import { NodeVolumes } from '../../src/kubelet/volumes/node-volumes.ts';
import { FakeApi } from './fake-api.ts';
import { FakeClock } from './fake-clock.ts';
import { makePod } from './objects.ts';

const never = new AbortController().signal;

export class VolumeWorld {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'relevo-volumes-'));
  readonly api = new FakeApi();
  readonly clock = new FakeClock();
  /** Bodies of the TokenRequests that came. */
  readonly tokenRequests: { path: string; spec: Record<string, unknown> }[] = [];
  readonly client = new Client(this.#withTokens());
  readonly #all: NodeVolumes[] = [];

  constructor(t: TestContext) {
    t.after(() => {
      for (const volumes of this.#all) volumes.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** As a kubelet that starts makes them; the folder is the same each time. */
  open(): NodeVolumes {
    const { client, clock } = this;
    const volumes = new NodeVolumes({
      ...{ client, clock, logger: silentLogger, references: new ReferenceReader(client, clock) },
      ...{ folder: path.join(this.folder, 'volumes'), nodeName: 'node-1', allocatable: { cpu: '4' } },
    });
    this.#all.push(volumes);
    return volumes;
  }

  /** Prepares the pod, whatever it takes on the clock, and says where each of the container's mounts lies. */
  async mount(volumes: NodeVolumes, pod: V1Pod, env: Record<string, string> = {}): Promise<Places> {
    await this.prepared(volumes, pod);
    const mounts = volumes.mounts(pod, pod.spec.containers[0] as V1Container, env);
    return new Places(Object.fromEntries(mounts.map(({ source, target }) => [target, source])));
  }

  async prepared(volumes: NodeVolumes, pod: V1Pod): Promise<readonly string[]> {
    const preparing = volumes.prepare(pod, never);
    let pending = true;
    const over = () => {
      pending = false;
    };
    preparing.then(over, over);
    while (pending) {
      this.clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return preparing;
  }

  async configMap(name: string, data: Record<string, string>, more = {}): Promise<void> {
    await this.#put(configMaps, { metadata: { name }, data, ...more });
  }

  async secret(name: string, texts: Record<string, string>): Promise<void> {
    const data = Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    );
    await this.#put(secrets, { metadata: { name }, data });
  }

  async #put(
    resource: typeof configMaps | typeof secrets,
    object: { metadata: { name: string }; data: Record<string, string> },
  ): Promise<void> {
    const api = this.client.resource(resource as typeof configMaps, 'default');
    if (await api.find(object.metadata.name)) await api.patch(object.metadata.name, object);
    else await api.create(object);
  }

  #withTokens(): Transport {
    const { api } = this;
    return {
      request: (request) => (request.path.endsWith('/token') ? this.#token(request) : api.request(request)),
      watch: (request, onEvent) => api.watch(request, onEvent),
      close: () => api.close(),
    };
  }

  async #token({ path: at, body }: TransportRequest): Promise<TransportResponse> {
    await this.api.intercept({ method: 'POST', path: at });
    const { spec } = body as { spec: { expirationSeconds: number } };
    this.tokenRequests.push({ path: at, spec });
    const token = `token-${this.tokenRequests.length}`;
    const expirationTimestamp = timestamp(this.clock.now() + spec.expirationSeconds * 1_000);
    return { status: 201, headers: {}, body: { status: { token, expirationTimestamp } } };
  }
}

/** Where mounts lie, by path in the container. */
export class Places {
  readonly sources: Readonly<Record<string, string>>;

  constructor(sources: Readonly<Record<string, string>>) {
    this.sources = sources;
  }

  at(target: string): string {
    const [mount = ''] = Object.keys(this.sources).filter((one) => `${target}/`.startsWith(`${one}/`));
    return `${this.sources[mount]}${target.slice(mount.length)}`;
  }

  read(target: string): string {
    return readFileSync(this.at(target), 'utf8');
  }

  mode(target: string): string {
    return (statSync(this.at(target)).mode & 0o777).toString(8);
  }
}

/** A pod with these volumes, each mounted at `/NAME` unless the mounts say otherwise. */
export function podWith(volumes: V1Volume[], mounts?: V1VolumeMount[], name = 'web'): V1Pod {
  const volumeMounts =
    mounts ?? volumes.map((volume) => ({ name: volume.name, mountPath: `/${volume.name}` }));
  return makePod(name, { volumes, containers: [{ name: 'app', image: 'host', volumeMounts }] });
}
