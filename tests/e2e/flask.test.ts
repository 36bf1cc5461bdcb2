// The application that most begin with: Flask, three replicas, a Service. Proves with the real kubectl that every replica answers with its own
// host name, that those of a stopped node come back on others, and that nothing is there twice when the node returns: on networks of their
// own, as root and as an ordinary user, and on the machine's network, for an application that listens where it is told.

import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { dropRights, nobodysId } from '../support/as-nobody.ts';
import { eventually } from '../support/eventually.ts';
import { clusterProcesses } from '../support/kills/cluster-processes.ts';
import { processesOf, RelevoHome } from '../support/relevo.ts';
import { writeFiles } from '../support/temporary-folder.ts';

const patienceMs = 60_000;
const isRoot = process.getuid?.() === 0;

/** Binds every address, and asks the kernel who it is. */
const plain = `import socket
from flask import Flask

app = Flask(__name__)

@app.route("/")
def hello():
    return socket.gethostname()

app.run(host="0.0.0.0", port=5000)
`;

const obliging = plain
  .replace('import socket', 'import os')
  .replace('socket.gethostname()', 'os.environ["HOSTNAME"]')
  .replace('"0.0.0.0", port=5000', 'os.environ["HOST"], port=os.environ["PORT"]');

const dockerfile = `FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
EXPOSE 5000
CMD ["python", "app.py"]
`;

/** Most of the time is waiting. */
suite('Flask in three replicas', { concurrency: true }, () => {
  const onlyRoot = isRoot ? false : 'root is who it is about';
  test('on networks of their own, as root', { skip: onlyRoot }, () => scenario('netns', plain, []));
  test('on networks of their own, as an ordinary user', () =>
    scenario('netns', plain, isRoot ? dropRights : []));
  test('on the network of the machine', () => scenario('loopback', obliging, []));
});

async function scenario(network: string, app: string, before: readonly string[]): Promise<void> {
  const cluster = new FlaskCluster(before);
  try {
    await cluster.start(network, app);
    assert.deepEqual(await cluster.answers(3), names(await cluster.settled(3)));

    await cluster.kubectl('scale', 'deployment', 'flask', '--replicas=5');
    const five = await cluster.settled(5);
    assert.deepEqual(await cluster.answers(5), names(five));

    const lost = String(five[0]?.node);
    await cluster.relevo('node', 'stop', lost);
    const replaced = await cluster.settled(5, lost);
    assert.deepEqual(await cluster.answers(5), names(replaced));

    await cluster.relevo('node', 'start', lost);
    await cluster.kubectl('wait', '--for=condition=Ready', `node/${lost}`, '--timeout=60s');
    assert.deepEqual(await cluster.settled(5), replaced, 'those that came back stay, and nothing joins them');
    const uids = replaced.map(({ uid }) => uid).sort();
    await eventually(() => isDeepStrictEqual(cluster.programs(), uids), patienceMs);
  } finally {
    await cluster.delete();
  }
}

interface Replica {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
}

interface PodList {
  items: {
    metadata: { name: string; uid: string; deletionTimestamp?: string };
    spec: { nodeName?: string };
    status: { conditions?: { type: string; status: string }[] };
  }[];
}

function names(replicas: readonly Replica[]): string[] {
  return replicas.map(({ name }) => name).sort();
}

class FlaskCluster {
  readonly #home: RelevoHome;
  #url = '';

  constructor(before: readonly string[]) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-flask-'));
    if (before.length > 0) chownSync(folder, nobodysId, nobodysId);
    this.#home = new RelevoHome(folder, before);
  }

  async start(network: string, app: string): Promise<void> {
    const folder = path.join(this.#home.path, 'flask');
    writeFiles(folder, { 'app.py': app, 'requirements.txt': 'flask\n', Dockerfile: dockerfile });
    chmodSync(folder, 0o755);
    await this.relevo('up', '--detach', '--nodes', '3', '--network', network);
    await this.relevo('image', 'build', '--skip-run', '-t', 'flask', folder);
    await this.kubectl('create', 'deployment', 'flask', '--image=flask', '--replicas=3');
    const ports = ['--port=8000', '--target-port=5000', '--type=LoadBalancer'];
    await this.kubectl('expose', 'deployment', 'flask', ...ports);
    const where = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
    const ip = await eventually(() => this.kubectl('get', 'service', 'flask', '-o', where), patienceMs);
    this.#url = `http://${ip}:8000/`;
  }

  relevo(...args: string[]): Promise<string> {
    return this.#home.relevo(...args);
  }

  kubectl(...args: string[]): Promise<string> {
    return this.#home.kubectl('default', ...args);
  }

  /** The replicas, by name, when there are exactly so many, all ready and none of them on the node `lost`, whose own may still be listed. */
  settled(count: number, lost?: string): Promise<Replica[]> {
    return eventually(async () => {
      const { items } = JSON.parse(await this.kubectl('get', 'pods', '-o', 'json')) as PodList;
      const staying = items.filter(({ metadata, spec }) => {
        return !(metadata.deletionTimestamp !== undefined && spec.nodeName === lost);
      });
      const areReady = staying.every(({ metadata, spec, status }) => {
        const isReady = status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
        return isReady && metadata.deletionTimestamp === undefined && spec.nodeName !== lost;
      });
      if (!areReady || staying.length !== count) return undefined;
      return staying
        .map(({ metadata: { name, uid }, spec }) => ({ name, uid, node: String(spec.nodeName) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    }, patienceMs);
  }

  /** Who answers, by name, until so many have. */
  async answers(count: number): Promise<string[]> {
    const said = new Set<string>();
    await eventually(async () => {
      const response = await fetch(this.#url, { headers: { connection: 'close' } });
      said.add(await response.text());
      return said.size === count;
    }, patienceMs);
    return [...said].sort();
  }

  /** What runs on the machine, by the pods' uids. */
  programs(): string[] {
    return clusterProcesses(this.#home.path)
      .filter(({ command }) => /^\S*python\S* app\.py/.test(command))
      .map(({ podUid }) => String(podUid))
      .sort();
  }

  async delete(): Promise<void> {
    await this.#home.run('delete');
    const left = processesOf(this.#home.path);
    this.#home.remove();
    assert.deepEqual(left, []);
  }
}
