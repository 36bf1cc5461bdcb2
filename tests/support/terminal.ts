// A terminal on a cluster of its own: what a user of kubectl types, with the real kubectl, against the embedded control plane and
// simulated nodes. Scenarios run once with each kubectl that the machine has (scripts/run-tests.ts finds them).

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import type { KeyPair } from '../../src/apiserver/auth/certificate-issuer.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { kubeconfigObject } from '../../src/client/kubeconfig-entry.ts';
import { startControlPlane } from '../../src/daemon/control-plane.ts';
import { simulatedNodesOrder } from '../../src/daemon/simulated-identity.ts';
import { startSimulatedNodes } from '../../src/daemon/simulated-nodes.ts';
import { eventually } from './eventually.ts';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export interface TerminalOptions {
  /** Simulated nodes. Default 3. */
  nodes?: number;
}

const commandTimeoutMs = 60_000;
const patienceMs = 20_000;

export class Terminal {
  /** What is typed runs here. */
  readonly folder: string;
  /** `1.32`. */
  readonly kubectlVersion: string;
  readonly #kubectl: string;
  #close: () => Promise<void> = async () => {};

  constructor(kubectl: string, version: string) {
    this.#kubectl = kubectl;
    this.kubectlVersion = version;
    this.folder = mkdtempSync(path.join(tmpdir(), 'relevo-scenario-'));
  }

  async open({ nodes = 3 }: TerminalOptions = {}): Promise<void> {
    const dataDir = path.join(this.folder, '.data');
    const listen = { host: '127.0.0.1', port: 0 };
    const clients = { nodes: simulatedNodesOrder };
    const controlPlane = await startControlPlane({ dataDir, listen, clients, logger: silentLogger });
    const { caCertificate: ca, admin, clients: issued } = controlPlane.certificates;
    const server = `https://127.0.0.1:${controlPlane.port}`;
    const identityOf = (pair?: KeyPair) => ({
      server,
      ca,
      cert: pair?.certificate ?? '',
      key: pair?.privateKey ?? '',
    });
    const identity = identityOf(issued.nodes);
    const simulated = await startSimulatedNodes({ count: nodes, identity, logger: silentLogger });
    this.#close = async () => {
      await simulated.close();
      await controlPlane.close();
    };
    this.#prepareHome(identityOf(admin));
  }

  async close(): Promise<void> {
    await this.#close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A file in the working directory. */
  file(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  /** Types a line at a shell. `$V` is what this kubectl needs so that it does not ask for the OpenAPI documents of old. */
  type(line: string): Promise<Outcome> {
    const env = this.#env;
    return new Promise((resolve) => {
      const options = { cwd: this.folder, env, timeout: commandTimeoutMs, maxBuffer: 64 * 1024 * 1024 };
      execFile('sh', ['-c', line], options, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** Types a line that goes on by itself; when its output matches `begun` does something, and ends it when its output matches `wanted`. */
  async follow(line: string, begun: RegExp, act: () => Promise<unknown>, wanted: RegExp): Promise<void> {
    const options = { cwd: this.folder, env: this.#env };
    const child = spawn('sh', ['-c', `exec ${line}`], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    try {
      await eventually(() => begun.test(shown), patienceMs);
      await act();
      await eventually(() => wanted.test(shown), patienceMs);
    } finally {
      child.kill();
      await closed;
    }
  }

  /** Types a line that has to succeed; its output has to match every pattern. Resolves with the standard output, trimmed. */
  async run(line: string, ...patterns: (RegExp | string)[]): Promise<string> {
    const { code, stdout, stderr } = await this.type(line);
    const shown = `$ ${line}\n${stdout}${stderr}`;
    assert.equal(code, 0, shown);
    for (const pattern of patterns)
      assert.ok(isIn(stdout + stderr, pattern), `${pattern} is not in\n${shown}`);
    return stdout.trim();
  }

  /** Types a line that has to fail and say why. */
  async fails(line: string, ...patterns: (RegExp | string)[]): Promise<void> {
    const { code, stdout, stderr } = await this.type(line);
    const shown = `$ ${line}\n${stdout}${stderr}`;
    assert.notEqual(code, 0, shown);
    for (const pattern of patterns)
      assert.ok(isIn(stdout + stderr, pattern), `${pattern} is not in\n${shown}`);
  }

  /** Types a line again and again until its output matches. */
  async until(line: string, pattern: RegExp | string, timeoutMs = patienceMs): Promise<string> {
    const deadline = performance.now() + timeoutMs * Number(process.env.TEST_TIMEOUT ?? 1);
    for (;;) {
      const { stdout, stderr } = await this.type(line);
      if (isIn(stdout, pattern)) return stdout.trim();
      assert.ok(performance.now() < deadline, `${pattern} does not come into\n$ ${line}\n${stdout}${stderr}`);
    }
  }

  get #env(): NodeJS.ProcessEnv {
    const home = path.join(this.folder, '.home');
    return {
      ...{ HOME: home, KUBECONFIG: path.join(home, 'config'), KUBE_EDITOR: 'false' },
      PATH: `${path.join(home, 'bin')}:/usr/bin:/bin`,
      V: this.kubectlVersion === '1.20' ? '--validate=false' : '',
    };
  }

  #prepareHome({ server, ca, cert, key }: { server: string; ca: string; cert: string; key: string }): void {
    const home = path.join(this.folder, '.home');
    mkdirSync(path.join(home, 'bin'), { recursive: true });
    symlinkSync(this.#kubectl, path.join(home, 'bin', 'kubectl'));
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const config = kubeconfigObject({
      name: 'scenario',
      cluster: { server, 'certificate-authority-data': base64(ca) },
      user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) },
    });
    writeFileSync(path.join(home, 'config'), JSON.stringify(config));
  }
}

function isIn(text: string, pattern: RegExp | string): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
}

/** The tests in `body` once with each kubectl, every time on a new cluster that they share. */
export function scenario(
  name: string,
  body: (terminal: Terminal) => void,
  options: TerminalOptions & { only?: '1.20' | 'current' } = {},
): void {
  for (const { program, version } of kubectls()) {
    if (options.only !== undefined && (version === '1.20') !== (options.only === '1.20')) continue;
    describe(`${name} (kubectl ${version})`, () => {
      const terminal = new Terminal(program, version);
      before(() => terminal.open(options));
      after(() => terminal.close());
      body(terminal);
    });
  }
}

function kubectls(): { program: string; version: string }[] {
  const found = [
    { program: process.env.RELEVO_TEST_KUBECTL, version: 'current' },
    { program: process.env.RELEVO_TEST_KUBECTL_120, version: '1.20' },
  ];
  const present = found.flatMap(({ program, version }) => (program ? [{ program, version }] : []));
  if (present.length === 0)
    throw new Error('no kubectl: run the tests with ./test, which finds or fetches one');
  return present;
}
