// One Deployment from its creation until all its pods are Ready, then from its deletion until all are gone, as a watch of the pods tells it.

import { isReady } from '../../src/api/core/readiness.ts';
import { LineSplitter } from '../../src/client/line-splitter.ts';
import { askJson, Connection, unexpected } from './connections.ts';
import type { Endpoint } from './endpoint.ts';

/** Seconds since the Deployment was sent, or since its deletion was. */
export interface PodTimes {
  readonly created: number;
  readonly scheduled: number;
  readonly firstReady: number;
  readonly ready: number;
}

type Pod = {
  kind?: string;
  message?: string;
  metadata: { uid: string };
  spec: { nodeName?: string };
  status?: { conditions?: { type: string; status: string }[] };
};
type PodEvent = { type: string; object: Pod };

export class PodRun {
  readonly #connection: Connection;
  readonly #watch: Connection;
  readonly #lines = new LineSplitter();
  readonly #namespace: string;
  readonly #name: string;
  readonly #replicas: number;
  readonly #stages = { created: new Set<string>(), scheduled: new Set<string>(), ready: new Set<string>() };
  readonly #times: Record<string, number> = {};
  #deleted = 0;
  #began = 0;
  #changed: () => void = () => {};
  #failed: (error: Error) => void = () => {};

  constructor(endpoint: Endpoint, namespace: string, replicas: number) {
    this.#connection = new Connection(endpoint);
    this.#watch = new Connection(endpoint);
    this.#namespace = namespace;
    this.#replicas = replicas;
    this.#name = `bench-${replicas}`;
  }

  /** Resolves when all pods are Ready. Rejects when that takes longer than `withinMs`. */
  async create(withinMs: number): Promise<PodTimes> {
    await this.#watchPods();
    this.#began = performance.now();
    const path = `/apis/apps/v1/namespaces/${this.#namespace}/deployments`;
    await askJson(this.#connection, { method: 'POST', path, body: JSON.stringify(this.#deployment()) });
    await this.#until(() => this.#stages.ready.size >= this.#replicas, withinMs);
    const { created = 0, scheduled = 0, firstReady = 0, ready = 0 } = this.#times;
    return { created, scheduled, firstReady, ready };
  }

  /** Resolves with the seconds until the last pod was gone. */
  async delete(withinMs: number): Promise<number> {
    const path = `/apis/apps/v1/namespaces/${this.#namespace}/deployments/${this.#name}`;
    this.#began = performance.now();
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' });
    await askJson(this.#connection, { method: 'DELETE', path, body });
    await this.#until(() => this.#deleted >= this.#stages.created.size, withinMs);
    return this.#seconds();
  }

  async close(): Promise<void> {
    await Promise.all([this.#connection.close(), this.#watch.close()]);
  }

  async #watchPods(): Promise<void> {
    const pods = `/api/v1/namespaces/${this.#namespace}/pods`;
    type List = { metadata: { resourceVersion: string } };
    const { metadata } = await askJson<List>(this.#connection, { method: 'GET', path: `${pods}?limit=1` });
    const query = new URLSearchParams({ watch: '1', labelSelector: `app=${this.#name}` });
    query.set('resourceVersion', metadata.resourceVersion);
    const request = { method: 'GET', path: `${pods}?${query}` } as const;
    const status = await this.#watch.open(request, (chunk) => this.#read(chunk));
    if (status !== 200) throw unexpected(request, status, '');
  }

  #read(chunk: Buffer): void {
    for (const line of this.#lines.push(chunk)) {
      const event = JSON.parse(line) as PodEvent;
      if (event.type === 'ERROR')
        this.#failed(new Error(`the watch of the pods ended: ${event.object.message}`));
      else this.#see(event);
    }
    this.#changed();
  }

  #see({ type, object: pod }: PodEvent): void {
    const { created, scheduled, ready } = this.#stages;
    created.add(pod.metadata.uid);
    if (pod.spec.nodeName) scheduled.add(pod.metadata.uid);
    if (isReady(pod)) ready.add(pod.metadata.uid);
    if (type === 'DELETED') this.#deleted++;
    this.#note();
  }

  /** When a stage was reached by all of them, for the first time. */
  #note(): void {
    if (this.#stages.ready.size > 0) this.#times.firstReady ??= this.#seconds();
    for (const [stage, pods] of Object.entries(this.#stages)) {
      if (pods.size >= this.#replicas) this.#times[stage] ??= this.#seconds();
    }
  }

  async #until(reached: () => boolean, withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(this.#stuck(withinMs))), withinMs);
      this.#failed = reject;
      this.#changed = () => reached() && resolve();
      this.#changed();
    }).finally(() => clearTimeout(timer));
  }

  #stuck(withinMs: number): string {
    const { created, scheduled, ready } = this.#stages;
    const progress = `${created.size} created, ${scheduled.size} scheduled, ${ready.size} ready, ${this.#deleted} gone`;
    return `of ${this.#replicas} pods, after ${withinMs / 1000} s: ${progress}`;
  }

  #seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #deployment(): object {
    const labels = { app: this.#name };
    const resources = { requests: { cpu: '1m', memory: '1Mi' } };
    const containers = [{ name: 'main', image: 'registry.k8s.io/pause:3.10', resources }];
    const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers } };
    const spec = { replicas: this.#replicas, selector: { matchLabels: labels }, template };
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: this.#name }, spec };
  }
}
