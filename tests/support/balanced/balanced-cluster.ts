// A cluster of real processes as users of its applications and the operators of its balancer meet it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Balancer, BalancerBackend } from '../../../src/api/relevo/balancer-types.ts';
import type { BackendStats, EngineName, EngineStats, ServerStats } from '../../../src/lb/engine.ts';
import type { BalancerStatus } from '../../../src/machinery/balancer-status.ts';
import { eventually } from '../eventually.ts';
import { clusterProcesses, type Role } from '../kills/cluster-processes.ts';
import { type Answer, type Asked, ask } from '../lb/user.ts';
import { RealCluster } from '../real-cluster.ts';

/** Starting processes takes its time on a busy machine. */
const patienceMs = 60_000;

export interface ListedPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ip: string;
  readonly ready: boolean;
  readonly leaving: boolean;
}

interface PodList {
  items: {
    metadata: { name: string; uid: string; deletionTimestamp?: string };
    spec: { nodeName?: string };
    status: { podIP?: string; conditions?: { type: string; status: string }[] };
  }[];
}

export interface ToldEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly about: string;
}

export class BalancedCluster extends RealCluster {
  #access: Promise<BalancerStatus> | undefined;

  async start(engine: EngineName = 'embedded', ...args: string[]): Promise<void> {
    await this.up('--engine', engine, '--nodes', '3', ...args);
  }

  async applyObjects(...items: readonly object[]): Promise<void> {
    await this.apply(items.map((item) => JSON.stringify(item)).join('\n'));
  }

  /** Any object of the API, by what kubectl calls it: `service/web`. */
  async object<T>(...name: string[]): Promise<T> {
    return JSON.parse(await this.kubectl('get', ...name, '-o', 'json')) as T;
  }

  /** Of 127.0.0.1. Resolves once the balancer answers there. */
  async nodePort(service: string): Promise<number> {
    const path = 'jsonpath={.spec.ports[0].nodePort}';
    const port = Number(await this.kubectl('get', 'service', service, '-o', path));
    await eventually(() => ask(port, { path: '/healthz' }), patienceMs);
    return port;
  }

  /** By name. */
  async pods(selector: string): Promise<ListedPod[]> {
    const { items } = await this.object<PodList>('pods', '-l', selector);
    return items.map(({ metadata, spec, status }) => ({
      ...{ name: metadata.name, uid: metadata.uid, node: spec.nodeName ?? '', ip: status.podIP ?? '' },
      ready: status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false,
      leaving: metadata.deletionTimestamp !== undefined,
    }));
  }

  /** Resolves with the pods when there are exactly so many, all of them ready and staying. */
  settled(selector: string, count: number): Promise<ListedPod[]> {
    return eventually(async () => {
      const all = await this.pods(selector);
      if (all.length === count && all.every(({ ready, leaving }) => ready && !leaving)) return all;
      throw new Error(`not ${count} ready pods of ${selector}, but ${JSON.stringify(all)}`);
    }, patienceMs);
  }

  /** What a balancer reports of itself. */
  balancer(name = 'relevo'): Promise<Balancer> {
    return this.object<Balancer>('balancer', name);
  }

  /** Resolves with a backend of its report when that is as wanted; rejects with what it was last. */
  backend(
    name: string,
    isWanted: (backend: BalancerBackend) => boolean = () => true,
  ): Promise<BalancerBackend> {
    return eventually(async () => {
      const { status } = await this.balancer();
      const found = status?.backends?.find((one) => one.name === name);
      if (found && isWanted(found)) return found;
      throw new Error(`the backend ${name} is reported as ${JSON.stringify(found)}`);
    }, patienceMs);
  }

  /** Resolves when new requests go to exactly so many servers of the backend. */
  active(name: string, count: number): Promise<BalancerBackend> {
    return this.backend(name, ({ servers }) => servers.filter(({ active }) => active).length === count);
  }

  /** Resolves with an event that has come. */
  event(about: string, reason: string): Promise<ToldEvent> {
    return eventually(async () => {
      const told = await this.events(reason);
      const found = told.find((one) => one.about === about);
      if (found) return found;
      throw new Error(`no event ${reason} of ${about}, but ${JSON.stringify(told)}`);
    }, patienceMs);
  }

  async events(reason: string): Promise<ToldEvent[]> {
    interface Item {
      type: string;
      reason: string;
      message: string;
      involvedObject: { kind: string; name: string };
    }
    const selector = `reason=${reason}`;
    const { items } = await this.object<{ items: Item[] }>('events', '--field-selector', selector);
    return items.map(({ type, message, involvedObject: { kind, name } }) => ({
      ...{ type, reason, message, about: `${kind}/${name}` },
    }));
  }

  /** How the balancer is reached, by `relevo status`; what it said first holds, since it takes its time while the API is away. */
  access(): Promise<BalancerStatus> {
    this.#access ??= this.home.run('status', '-o', 'json').then(({ stdout }) => {
      return (JSON.parse(stdout) as { balancer: BalancerStatus }).balancer;
    });
    return this.#access;
  }

  /** Where Ingresses are served on 127.0.0.1. */
  async ingressPorts(): Promise<{ http: number; https: number }> {
    const { ingress } = await this.access();
    const portOf = ([url = '']: readonly string[]) => Number(new URL(url).port);
    return { http: portOf(ingress.http), https: portOf(ingress.https) };
  }

  /** Of the statistics page. */
  async stats(): Promise<EngineStats> {
    const { statistics } = await this.access();
    const authorization = `Basic ${btoa(`${statistics.user}:${statistics.password}`)}`;
    const response = await fetch(`${statistics.url};json`, { headers: { authorization } });
    assert.equal(response.status, 200);
    return (await response.json()) as EngineStats;
  }

  async backendStats(name: string): Promise<BackendStats> {
    const found = (await this.stats()).backends.find((one) => one.name === name);
    assert.ok(found, `no backend ${name}`);
    return found;
  }

  async serverStats(backend: string, id: string): Promise<ServerStats> {
    const found = (await this.backendStats(backend)).servers.find((one) => one.id === id);
    assert.ok(found, `no server ${id}`);
    return found;
  }

  /** Resolves when so many requests are under way to servers of the backend. */
  async inFlight(backend: string, count: number): Promise<void> {
    await eventually(async () => {
      const { servers } = await this.backendStats(backend);
      return servers.reduce((sum, { inFlight }) => sum + inFlight, 0) >= count;
    }, patienceMs);
  }

  /** With -9, the program that answers in it; it is started again. Resolves when it is gone. */
  async killProgram(uid: string): Promise<void> {
    const [program] = clusterProcesses(this.home.path).filter(
      ({ podUid, command }) => podUid === uid && command.endsWith('web-process.ts'),
    );
    assert.ok(program, `no web application runs in the pod ${uid}`);
    await killed(program.pid);
  }

  /** The machine is asked, not the cluster. */
  pidsOf(role: Role): number[] {
    return clusterProcesses(this.home.path)
      .filter((one) => one.role === role)
      .map(({ pid }) => pid);
  }

  /** The one process of this role. */
  pidOf(role: Role): Promise<number> {
    return eventually(() => this.pidsOf(role)[0], patienceMs);
  }

  /** With -9. Resolves with the pid of the process that takes its place. */
  async kill(role: 'control-plane' | 'balancer'): Promise<number> {
    const dead = await this.pidOf(role);
    await killed(dead);
    return eventually(() => this.pidsOf(role).find((pid) => pid !== dead), patienceMs);
  }

  /** Kills the control plane, does `work` while the next one stands still before it serves anybody, and lets that go on. */
  async withoutControlPlane<T>(work: () => Promise<T>): Promise<T> {
    const pid = await this.kill('control-plane');
    process.kill(pid, 'SIGSTOP');
    try {
      await assert.rejects(this.kubectl('get', 'nodes', '--request-timeout=1s'));
      return await work();
    } finally {
      process.kill(pid, 'SIGCONT');
      await this.apiAnswers();
    }
  }

  async apiAnswers(): Promise<void> {
    await eventually(() => this.kubectl('get', '--raw', '/readyz'), patienceMs);
  }
}

/** With -9. Resolves when it is gone, and its sockets with it. */
export async function killed(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await eventually(() => hasEnded(pid), patienceMs);
}

/** With all of its threads: while one of them is left its sockets are open, though the process is said to be a zombie. */
function hasEnded(pid: number): boolean {
  try {
    const isZombie = /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return isZombie && readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
}

/** The pod that gave an answer of the built-in application. */
export function podOf({ status, body }: Answer): string {
  if (status !== 200) throw new Error(`${status}: ${body}`);
  return (JSON.parse(body) as { pod: string }).pod;
}

export async function askPod(port: number, asked: Asked = {}): Promise<string> {
  return podOf(await ask(port, asked));
}

/** The pods that answered so many requests, one after the other, and how often each. */
export async function askedPods(
  port: number,
  count: number,
  asked: Asked = {},
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let request = 0; request < count; request++) {
    const pod = await askPod(port, asked);
    counts.set(pod, (counts.get(pod) ?? 0) + 1);
  }
  return counts;
}
