// A real cluster whose parts are killed, and what has to be true of it afterwards. It is looked at from outside: through the API, as its users see
// it, and in the machine's list of processes, which nobody can talk out of anything.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../eventually.ts';
import { WebCluster } from '../web-cluster.ts';
import { AcknowledgedObjects } from './acknowledged-objects.ts';
import { assertCensus } from './census.ts';
import { clusterProcesses } from './cluster-processes.ts';
import { Killer } from './killer.ts';
import { counting, lastNumber } from './numbered-log.ts';
import { type Burst, isFatal } from './plan.ts';
import { Remains } from './remains.ts';

export type Network = 'loopback' | 'netns';

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly restartCount: number;
      readonly containerID?: string;
    }[];
  };
}

const nodes = ['node-1', 'node-2', 'node-3'];
const webReplicas = 3;
const countingReplicas = 2;
/** What comes back does so in seconds, on a machine with better things to do in more. */
const patienceMs = 60_000;

export class AttackedCluster {
  readonly #web = new WebCluster();
  readonly #killer = new Killer(this.#web, nodes);
  readonly #network: Network;
  #objects: AcknowledgedObjects | undefined;
  /** How far each counting container had got when it was last looked at, by its ID. */
  readonly #counted = new Map<string, number>();

  constructor(network: Network) {
    this.#network = network;
  }

  async up(): Promise<void> {
    const { path: home } = this.#web.home;
    await this.#web.up(webReplicas, '--nodes', String(nodes.length), '--network', this.#network);
    await this.#apply(countingDeployment());
    await this.settled();
    this.#objects = await AcknowledgedObjects.begin(path.join(home, 'clusters/default/admin.kubeconfig'));
  }

  /** When what is killed takes the cluster with it, nothing may be left of that; then it is started again. */
  async suffer(burst: Burst): Promise<void> {
    const remains = new Remains(this.#web.home.path);
    for (const kill of burst) await this.#killer.carryOut(kill);
    if (!burst.some(isFatal)) return;
    await remains.nothingRuns();
    await this.#web.relevo('up', '--detach');
    await this.#objects?.reconnect();
  }

  /** Resolves, when everything is as it was asked for, with the IDs of the containers that run. Nothing may have been lost. */
  async settled(): Promise<string[]> {
    const pods = await eventually(() => this.#atRest(), patienceMs);
    await this.#objects?.assertThere();
    for (const pod of pods) if (pod.metadata.name.startsWith('counting')) await this.#assertCounted(pod);
    return pods.map(containerOf).sort();
  }

  /** Those whose containers have ended before: each further end makes them wait longer. */
  async replaceRestarted(): Promise<void> {
    const restarted = (await this.#pods()).filter((pod) => restartsOf(pod) > 0);
    const names = restarted.map(({ metadata }) => metadata.name);
    if (names.length > 0) await this.#web.kubectl('delete', 'pod', ...names);
  }

  /** A pod that counts, while the kubelet of its node is killed again and again. Resolves with how far it got and its exit code. */
  async countAcrossKubeletKills(
    lines: number,
    kills: number,
  ): Promise<{ counted: number; exitCode: number }> {
    const name = 'once';
    const container = { name, image: 'host', command: counting(0.002, lines, 7) };
    const spec = { restartPolicy: 'Never', containers: [container] };
    await this.#apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
    for (let kill = 1; kill <= kills; kill++) await this.#killKubeletAt(name, (lines / (kills + 2)) * kill);
    const exitCode = await eventually(() => this.#exitCodeOf(name), patienceMs);
    const counted = await this.#countOf(name);
    await this.#web.kubectl('delete', 'pod', name);
    return { counted, exitCode };
  }

  /** Nothing is left of it then. */
  async delete(): Promise<void> {
    try {
      await this.#objects?.close();
      const remains = new Remains(this.#web.home.path);
      await this.#web.relevo('delete');
      await remains.nothingRuns();
      remains.assertNoControlGroups();
    } finally {
      await this.#web.delete();
    }
  }

  async #atRest(): Promise<Pod[]> {
    const pods = await this.#pods();
    assert.equal(pods.length, webReplicas + countingReplicas, 'replicas');
    for (const { metadata, status } of pods) {
      assert.equal(metadata.deletionTimestamp, undefined, `${metadata.name} is on its way out`);
      assert.ok(status.containerStatuses?.[0]?.ready, `${metadata.name} is not ready`);
    }
    await this.#assertNodesReady();
    const expected = pods.map((pod) => {
      const { name, uid } = pod.metadata;
      return { name, uid, node: pod.spec.nodeName ?? '', program: containerOf(pod) };
    });
    assertCensus(clusterProcesses(this.#web.home.path), nodes, expected);
    return pods;
  }

  async #assertNodesReady(): Promise<void> {
    const ready = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
    assert.equal(await this.#web.kubectl('get', 'nodes', '-o', ready), nodes.map(() => 'True').join(' '));
  }

  async #assertCounted(pod: Pod): Promise<void> {
    const { name } = pod.metadata;
    const counted = await this.#countOf(name);
    const before = this.#counted.get(containerOf(pod)) ?? 0;
    assert.ok(counted >= before, `${name} had counted to ${before}, and its log ends with ${counted}`);
    this.#counted.set(containerOf(pod), counted);
    if (restartsOf(pod) > 0) await this.#countOf(name, '--previous');
  }

  /** When it has got so far. */
  async #killKubeletAt(name: string, line: number): Promise<void> {
    await eventually(async () => (await this.#countOf(name)) >= line, patienceMs);
    const node = await this.#web.kubectl('get', 'pod', name, '-o', 'jsonpath={.spec.nodeName}');
    this.#killer.killKubelet(node);
  }

  /** A kubelet that has just been started may not be listening yet. */
  async #countOf(name: string, ...args: string[]): Promise<number> {
    const log = await eventually(() => this.#web.kubectl('logs', name, ...args), patienceMs);
    return lastNumber(log, [name, ...args].join(' '));
  }

  async #exitCodeOf(name: string): Promise<number | undefined> {
    const path = 'jsonpath={.status.containerStatuses[0].state.terminated.exitCode}';
    const code = await this.#web.kubectl('get', 'pod', name, '-o', path);
    return code === '' ? undefined : Number(code);
  }

  async #pods(): Promise<Pod[]> {
    return (JSON.parse(await this.#web.kubectl('get', 'pods', '-o', 'json')) as { items: Pod[] }).items;
  }

  async #apply(manifest: object): Promise<void> {
    const file = path.join(this.#web.home.path, 'manifest.json');
    writeFileSync(file, JSON.stringify(manifest));
    await this.#web.kubectl('apply', '-f', file);
  }
}

function containerOf({ status }: Pod): string {
  return status.containerStatuses?.[0]?.containerID?.replace(/^.*:\/\//, '') ?? '';
}

function restartsOf({ status }: Pod): number {
  return status.containerStatuses?.[0]?.restartCount ?? 0;
}

/** With a limit, so that there are control groups to be left behind. */
function countingDeployment(): object {
  const labels = { app: 'counting' };
  const limits = { memory: '64Mi' };
  const container = { name: 'counting', image: 'host', command: counting(0.05), resources: { limits } };
  const spec = { terminationGracePeriodSeconds: 1, containers: [container] };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'counting' } },
    spec: {
      replicas: countingReplicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}
