// A whole cluster as `relevo up --detach` leaves it: the control plane, nodes of plain processes, the balancer, all in a home of its own.

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { processFile, processIds } from '../../src/base/process-files.ts';
import { Client } from '../../src/client/client.ts';
import { HttpsTransport } from '../../src/client/https-transport.ts';
import { parseKubeconfig } from '../../src/client/kubeconfig.ts';
import { connectionOf } from '../../src/client/kubeconfig-connection.ts';
import { ClusterDir } from '../../src/machinery/cluster-dir.ts';
import { RemoteMachinery } from '../../src/machinery/remote-machinery.ts';
import { usualCodeCache } from './child.ts';

export interface ClusterOrder {
  /** RELEVO_HOME; made when it is missing. */
  readonly home: string;
  /** Objects to be applied. Default: none. */
  readonly manifests?: readonly object[];
  /** See BenchOptions.network. */
  readonly network?: string;
  /** Where Node keeps compiled code. Default: a folder of this clone. */
  readonly codeCache?: string;
}

/** What is used of `relevo up -o json`. */
interface UpResult {
  readonly services: readonly { readonly name: string; readonly url: string }[];
}

const main = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const patienceMs = 120_000;

export class WholeCluster {
  readonly home: string;
  /** Of performance.now(): when the command was started, and when it had ended. */
  readonly startedAt: number;
  readonly upAt: number;
  readonly #result: UpResult;
  readonly #transport: HttpsTransport;

  private constructor(home: string, startedAt: number, result: UpResult, transport: HttpsTransport) {
    this.home = home;
    this.startedAt = startedAt;
    this.upAt = performance.now();
    this.#result = result;
    this.#transport = transport;
  }

  /** Rejects with what the command complained of. */
  static async up(order: ClusterOrder): Promise<WholeCluster> {
    const { home, manifests = [], network } = order;
    mkdirSync(home, { recursive: true });
    const file = path.join(home, 'bench.json');
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }));
    const args = ['up', '--detach', '-o', 'json', '--nodes', '3'];
    if (manifests.length > 0) args.push('-f', file);
    if (network !== undefined) args.push('--network', network);
    const startedAt = performance.now();
    const result = JSON.parse(await relevo(order, ...args)) as UpResult;
    const dir = new ClusterDir('default', { home });
    const kubeconfig = await parseKubeconfig(dir.readKubeconfig() ?? '', dir.kubeconfig);
    const { transport } = await connectionOf(kubeconfig);
    return new WholeCluster(home, startedAt, result, new HttpsTransport(transport));
  }

  get client(): Client {
    return new Client(this.#transport, { userAgent: 'relevo-bench' });
  }

  get machinery(): RemoteMachinery {
    return new RemoteMachinery(new ClusterDir('default', { home: this.home }));
  }

  /** Throws when the Service had no address when `up` ended. */
  urlOf(service: string): string {
    const found = this.#result.services.find(({ name }) => name === service);
    if (!found) throw new Error(`the Service "${service}" has no address`);
    return found.url;
  }

  /** All processes of the cluster with what they are, pods included. */
  processes(): { readonly pid: number; readonly name: string }[] {
    const marker = `RELEVO_HOME=${this.home}\0`;
    return processIds()
      .filter((pid) => processFile(pid, 'environ').includes(marker))
      .map((pid) => ({ pid, name: nameOf(pid) }));
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    await this.#transport.close();
    await relevo({ home: this.home }, 'down');
  }
}

async function relevo(
  { home, codeCache = usualCodeCache }: ClusterOrder,
  ...args: string[]
): Promise<string> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, LANG: 'C', RELEVO_HOME: home, NODE_COMPILE_CACHE: codeCache };
  const node = ['--disable-warning=ExperimentalWarning', main];
  const { stdout } = await promisify(execFile)(process.execPath, [...node, ...args], {
    ...{ env, timeout: patienceMs },
  });
  return stdout;
}

/** `node-process`, `control-plane-process`: what its entry is called. */
function nameOf(pid: number): string {
  const words = processFile(pid, 'cmdline').split('\0');
  const entry = words.find((word) => /\.[tj]s$/.test(word));
  return path.basename(entry ?? words[0] ?? '').replace(/\.[tj]s$/, '');
}
