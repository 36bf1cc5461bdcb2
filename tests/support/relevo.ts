// The command line interface as a user runs it, in a RELEVO_HOME of its own, and the real kubectl beside it.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findCurrentKubectl } from '../../scripts/testing/kubectl.ts';
import { processFile, processIds } from '../../src/base/process-files.ts';
import { clusterMarker } from '../../src/daemon/cluster-marker.ts';
import { ClusterDir } from '../../src/machinery/cluster-dir.ts';
import { clusterMarkerPrefix, markerVariable } from '../../src/runtime/process/marked-processes.ts';
import { eventually } from './eventually.ts';

const root = path.join(import.meta.dirname, '../..');
/** What `./relevo` comes down to. */
const relevoCommand: readonly string[] = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  path.join(root, 'src/cli/main.ts'),
];

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command under way. */
export class Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.process = child;
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      this.stdout += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.ended = once(child, 'close').then(([code]) => {
      return { code: code as number | null, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** Resolves when its output has it; rejects with all of its output when it ended before. */
  async says(pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
    const { process: child } = this;
    const found = await eventually(() => {
      const isOver = child.exitCode !== null || child.signalCode !== null;
      return pattern.exec(this.stdout) ?? pattern.exec(this.stderr) ?? (isOver ? 'it ended' : undefined);
    }, timeoutMs);
    if (found !== 'it ended') return found;
    throw new Error(`it ended without saying ${pattern}:\n${this.stdout}${this.stderr}`);
  }
}

export class RelevoHome {
  readonly path: string;
  readonly #kubectl: string;
  readonly #before: readonly string[];

  /** `folder` is one that need not be usable. `before`: words before all commands, which hand on the environment, such as `dropRights`. */
  constructor(folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-e2e-')), before: readonly string[] = []) {
    this.path = folder;
    this.#before = before;
    this.#kubectl = process.env.RELEVO_TEST_KUBECTL ?? findCurrentKubectl()?.path ?? 'kubectl';
  }

  get #env(): NodeJS.ProcessEnv {
    const { PATH, TEST_TIMEOUT, RELEVO_ISOLATION } = process.env;
    const home = path.join(this.path, 'home');
    const shared = { PATH, TEST_TIMEOUT, NODE_COMPILE_CACHE: path.join(root, '.cache/code') };
    return { ...shared, RELEVO_ISOLATION, HOME: home, LANG: 'C', RELEVO_HOME: this.path };
  }

  start(...args: string[]): Running {
    return this.startUnder(this.#before, ...args);
  }

  /** With a program before it that runs it: `unshare`, `script`. It must hand on the environment. */
  startUnder(wrapper: readonly string[], ...args: string[]): Running {
    const [program = '', ...rest] = [...wrapper, ...relevoCommand, ...args];
    return new Running(spawn(program, rest, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Resolves with what it printed; rejects when it failed. */
  async relevo(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    assert.equal(code, 0, `relevo ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  }

  /** kubectl, for as long as it takes. */
  startKubectl(cluster: string, ...args: string[]): Running {
    const env = { ...this.#env, KUBECONFIG: this.#kubeconfig(cluster) };
    return new Running(spawn(this.#kubectl, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  #kubeconfig(cluster: string): string {
    return path.join(this.path, 'clusters', cluster, 'admin.kubeconfig');
  }

  /** Resolves with what kubectl printed; rejects with what it complained of. */
  kubectl(cluster: string, ...args: string[]): Promise<string> {
    const kubeconfig = this.#kubeconfig(cluster);
    return new Promise((resolve, reject) => {
      execFile(
        this.#kubectl,
        args,
        // Logs are long.
        { env: { ...this.#env, KUBECONFIG: kubeconfig }, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          if (error) reject(new Error(`kubectl ${args.join(' ')}: ${stderr}`, { cause: error }));
          else resolve(stdout);
        },
      );
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * The processes that have this folder in their environment, as all have that a cluster in it is made of, or the marker of the cluster "default"
 * in it, as its pods have. Needs /proc.
 */
export function processesOf(folder: string): string[] {
  const marker = `${markerVariable}=${clusterMarkerPrefix(clusterMarker(new ClusterDir('default', { home: folder })))}`;
  const isOurs = (environment: string) => environment.includes(folder) || environment.includes(marker);
  return processIds()
    .filter((pid) => isOurs(processFile(pid, 'environ')))
    .map((pid) => `${pid} ${processFile(pid, 'cmdline').replaceAll('\0', ' ')}`);
}
