// A running cluster of plain processes with replicas of the built-in web application in it, for tests that take parts of it away.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually.ts';
import { RelevoHome } from './relevo.ts';

export interface Replica {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ready: boolean;
  readonly leaving: boolean;
  readonly restarts: number;
}

interface PodList {
  items: {
    metadata: { name: string; uid: string; deletionTimestamp?: string };
    spec: { nodeName?: string };
    status: { containerStatuses?: { ready: boolean; restartCount: number }[] };
  }[];
}

interface UpResult {
  readonly services: readonly { readonly name: string; readonly url: string }[];
}

/** Starting processes takes its time on a busy machine. */
const patienceMs = 60_000;

export class WebCluster {
  readonly home = new RelevoHome();
  #url = '';

  async up(replicas: number, ...args: string[]): Promise<void> {
    const file = path.join(this.home.path, 'web.json');
    writeFileSync(file, JSON.stringify(manifests(replicas)));
    const result = JSON.parse(
      await this.relevo('up', '--detach', '-o', 'json', '-f', file, ...args),
    ) as UpResult;
    this.#url = String(result.services.find(({ name }) => name === 'web')?.url);
    await this.settled(replicas);
  }

  /** Of its Service. */
  get url(): string {
    return this.#url;
  }

  async delete(): Promise<void> {
    await this.home.run('delete');
    this.home.remove();
  }

  /** Resolves with what it printed; rejects when it failed. */
  relevo(...args: string[]): Promise<string> {
    return this.home.relevo(...args);
  }

  /** Resolves with what it complained of. */
  async refused(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.home.run(...args);
    assert.notEqual(code, 0, `relevo ${args.join(' ')}: ${stdout}${stderr}`);
    return stderr;
  }

  kubectl(...args: string[]): Promise<string> {
    return this.home.kubectl('default', ...args);
  }

  /** By name. */
  async replicas(): Promise<Replica[]> {
    const { items } = JSON.parse(await this.kubectl('get', 'pods', '-o', 'json')) as PodList;
    return items.map(({ metadata, spec, status }) => {
      const [container] = status.containerStatuses ?? [];
      return {
        ...{ name: metadata.name, uid: metadata.uid, node: spec.nodeName ?? '' },
        ready: container?.ready ?? false,
        leaving: metadata.deletionTimestamp !== undefined,
        restarts: container?.restartCount ?? 0,
      };
    });
  }

  /** Resolves with the replicas when there are exactly so many, all of them ready and staying. */
  settled(count: number): Promise<Replica[]> {
    return eventually(async () => {
      const all = await this.replicas();
      return all.length === count && all.every(({ ready, leaving }) => ready && !leaving) && all;
    }, patienceMs);
  }

  /** The name of the replica that answered a request. */
  async answer(): Promise<string> {
    const response = await fetch(this.#url, { headers: { connection: 'close' } });
    return ((await response.json()) as { pod: string }).pod;
  }

  /** Of the supervisor's children, by name. */
  async pids(): Promise<Record<string, number | undefined>> {
    const { stdout } = await this.home.run('status', '-o', 'json');
    const { processes } = JSON.parse(stdout) as { processes: { name: string; pid?: number }[] };
    return Object.fromEntries(processes.map(({ name, pid }) => [name, pid]));
  }

  get supervisorPid(): number {
    const file = path.join(this.home.path, 'clusters/default/runtime.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
  }
}

/** Any port of the machine will do: tests run side by side. */
function manifests(replicas: number): object {
  const labels = { app: 'web' };
  const container = {
    ...{ name: 'web', image: 'relevo/web', ports: [{ containerPort: 8080 }] },
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
  };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 5, containers: [container] },
  };
  const deployment = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
  const service = {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
    spec: { type: 'NodePort', selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  };
  return { apiVersion: 'v1', kind: 'List', items: [deployment, service] };
}
