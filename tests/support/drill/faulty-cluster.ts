// A cluster of real processes with replicas in front of which a balancer with quick checks stands, for faults to be tried on.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isReady } from '../../../src/api/core/readiness.ts';
import type { V1Pod } from '../../../src/api/generated/types.ts';
import { nodes, pods } from '../../../src/client/resources.ts';
import { BalancedCluster } from '../balanced/balanced-cluster.ts';
import { backendPolicy, webDeployment, webService } from '../balanced/manifests.ts';
import { eventually } from '../eventually.ts';
import { FaultWorld, stateFolder } from './fault-world.ts';

/** Names and parameters. */
type Faults = readonly (readonly [name: string, parameters: object])[];

const replicas = 3;
const patienceMs = 60_000;
const runner = fileURLToPath(new URL('./faulty-runner.ts', import.meta.url));
const check = {
  http: { path: '/healthz', expect: '200-399' },
  inter: '200ms',
  timeout: '150ms',
  rise: 1,
  fall: 2,
};

export class FaultyCluster extends BalancedCluster {
  #opened: FaultWorld | undefined;

  async begin(...args: string[]): Promise<FaultWorld> {
    await this.start('embedded', ...args);
    await this.applyObjects(
      webDeployment({ name: 'web', replicas }),
      webService('web'),
      backendPolicy('web', { check }),
    );
    this.#opened = await FaultWorld.open(this.home.path);
    await this.whole();
    await this.nodePort('web');
    return this.#opened;
  }

  async end(): Promise<void> {
    await this.#opened?.close();
    await this.delete();
  }

  /** How often the containers of each replica have been started again, by UID. */
  async restarts(): Promise<ReadonlyMap<string, number>> {
    const list = await this.#world.client.resource(pods, 'default').list({ labelSelector: 'app=web' });
    const restartsOf = ({ status }: V1Pod) => status?.containerStatuses?.[0]?.restartCount ?? 0;
    return new Map(list.items.map((pod) => [pod.metadata.uid ?? '', restartsOf(pod)]));
  }

  /** Resolves when the API knows that these replicas died: until then it may call them ready. Those that are gone died, too. */
  async knowsOfDeaths(
    before: ReadonlyMap<string, number>,
    victims: readonly { uid: string }[],
  ): Promise<void> {
    await eventually(async () => {
      const now = await this.restarts();
      return victims.every(({ uid }) => !now.has(uid) || Number(now.get(uid)) > Number(before.get(uid)));
    }, patienceMs);
  }

  /**
   * Resolves when each replica is there once, ready and staying, every node is there and takes pods, nobody is frozen or held back, and
   * the balancer and its engine answer. It is asked for often: a program is started for it only the first time.
   */
  async whole(): Promise<void> {
    await eventually(async () => {
      await this.stats();
      const { client, machinery } = this.#world;
      const [nodeList, podList, machines = []] = await Promise.all([
        client.resource(nodes).list(),
        client.resource(pods, 'default').list({ labelSelector: 'app=web' }),
        machinery?.nodes(),
      ]);
      const isWhole =
        nodeList.items.every((node) => isReady(node) && !node.spec?.unschedulable) &&
        podList.items.every((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined) &&
        machines.every(({ state, heldPods }) => state === 'running' && heldPods.length === 0);
      if (isWhole && podList.items.length === replicas) return true;
      throw new Error(JSON.stringify({ machines, pods: podList.items.map(({ status }) => status) }));
    }, patienceMs);
  }

  get #world(): FaultWorld['world'] {
    assert.ok(this.#opened, 'the cluster has not begun');
    return this.#opened.world;
  }

  /** Injects them in a process of its own, and kills that with -9 as soon as all are proven. Resolves with what it said. */
  async killedRun(faults: Faults, kill: 'runner' | 'guard and runner' = 'runner'): Promise<string> {
    const words = faults.flatMap(([name, parameters]) => [name, JSON.stringify(parameters)]);
    const child = spawn(process.execPath, [runner, this.home.path, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    await eventually(() => {
      assert.equal(child.exitCode, null, said);
      return said.includes('all proven');
    }, patienceMs);
    if (kill === 'guard and runner') process.kill(this.#guardPid(), 'SIGKILL');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    return said;
  }

  /** As the only journal says it. */
  #guardPid(): number {
    const [name = ''] = this.journals();
    const text = readFileSync(path.join(stateFolder(this.home.path), name), 'utf8');
    return (JSON.parse(text) as { guard: { pid: number } }).guard.pid;
  }

  /** The names of the journals that are left. */
  journals(): string[] {
    const folder = stateFolder(this.home.path);
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.undo.json')) : [];
  }
}
