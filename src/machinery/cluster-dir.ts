// Where a cluster keeps things: one folder per cluster below RELEVO_HOME, closed to others. It knows the names of files, not what is in data/.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { processIdentity } from '../base/process-identity.ts';
import { removeFolder } from '../base/remove-folder.ts';
import { replaceFile } from '../base/replace-file.ts';

/** What a running cluster says about itself, for verbs typed in other shells. */
export interface RuntimeRecord {
  /** The supervisor's. */
  pid: number;
  /** processIdentity(pid): a process that has the pid by chance later is not taken for it. */
  identity: string;
  /** ISO 8601. */
  startedAt: string;
  /** Relevo's version. */
  version: string;
  /** `https://127.0.0.1:6443`. */
  apiUrl: string;
  /** The data folder, which may be one of the user's choice. */
  data: string;
  /** Every port opened on the host, by purpose (`api`). */
  ports: Record<string, number>;
}

/** A name that cannot be a cluster's; the message says what can. */
export class ClusterNameError extends Error {
  override name = 'ClusterNameError';
}

/** A RELEVO_HOME that is relative counts from the working directory; a relative XDG_DATA_HOME is ignored, as its specification demands. */
export function relevoHome(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): string {
  if (env.RELEVO_HOME) return path.resolve(env.RELEVO_HOME);
  const xdg = env.XDG_DATA_HOME ?? '';
  return path.join(path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'share'), 'relevo');
}

/** Where Node keeps compiled code between runs, which halves the time of a start; made for its owner only. One that the user set counts. */
export function codeCache(home: string = relevoHome()): string {
  if (process.env.NODE_COMPILE_CACHE) return process.env.NODE_COMPILE_CACHE;
  const folder = path.join(home, 'cache', 'code');
  makeFolder(folder);
  return folder;
}

/** The clusters that have a folder, by name. */
export function clusterNames(home: string = relevoHome()): string[] {
  try {
    const entries = readdirSync(path.join(home, 'clusters'), { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() && isName(entry.name) ? [entry.name] : [])).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export class ClusterDir {
  readonly name: string;
  /** RELEVO_HOME, or what stands for it. */
  readonly home: string;
  readonly path: string;
  /** The store's files, certificates, logs: everything worth keeping. */
  readonly data: string;
  readonly kubeconfig: string;
  /** Where the supervisor of the running cluster listens. */
  readonly controlSocket: string;
  readonly #runtime: string;

  /** Nothing is created yet. Throws ClusterNameError. `data` is for a data folder of the user's own choice. */
  constructor(name: string, options: { home?: string; data?: string } = {}) {
    if (!isName(name)) {
      throw new ClusterNameError(
        `"${name}" cannot be a cluster's name: use 1 to 40 of a-z, 0-9 and "-", and begin and end with a letter or digit`,
      );
    }
    this.name = name;
    this.home = options.home ?? relevoHome();
    this.path = path.join(this.home, 'clusters', name);
    this.data = options.data === undefined ? path.join(this.path, 'data') : path.resolve(options.data);
    this.kubeconfig = path.join(this.path, 'admin.kubeconfig');
    this.controlSocket = path.join(this.path, 'control.sock');
    this.#runtime = path.join(this.path, 'runtime.json');
  }

  /** What the cluster is called in kubeconfigs. */
  get contextName(): string {
    return this.name === 'default' ? 'relevo' : `relevo-${this.name}`;
  }

  /** Makes the folders, for their owner only. Idempotent. Throws, saying what to do, when they cannot be made or written. */
  create(): void {
    makeOrSay(this.path, 'set RELEVO_HOME to a folder that can');
    makeOrSay(this.data, 'choose another folder with --data');
  }

  /** The record of the running cluster; undefined when it does not run, also when it died without clearing its record. Throws for a damaged one. */
  running(): RuntimeRecord | undefined {
    let text: string;
    try {
      text = readFileSync(this.#runtime, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    const record = this.#parse(text);
    return processIdentity(record.pid) === record.identity ? record : undefined;
  }

  /** The files that say how to reach the running cluster; when it does not run they lead nowhere. */
  get signs(): readonly string[] {
    return [this.#runtime, this.controlSocket];
  }

  /** The same, with the data where the last supervisor had it, when it died without clearing its record. */
  asLastUsed(): ClusterDir {
    try {
      const { data } = this.#parse(readFileSync(this.#runtime, 'utf8'));
      return existsSync(data) ? new ClusterDir(this.name, { home: this.home, data }) : this;
    } catch {
      return this;
    }
  }

  #parse(text: string): RuntimeRecord {
    try {
      const record: Partial<RuntimeRecord> | null = JSON.parse(text);
      if (Number.isInteger(record?.pid) && typeof record?.identity === 'string')
        return record as RuntimeRecord;
    } catch {
      // As if it were JSON of something else.
    }
    throw new Error(`${this.#runtime} is damaged; "relevo up --name ${this.name}" writes it anew`);
  }

  writeRuntime(record: RuntimeRecord): void {
    replaceFile(this.#runtime, `${JSON.stringify(record, null, 2)}\n`, 0o600);
  }

  /** Idempotent. */
  clearRuntime(): void {
    rmSync(this.#runtime, { force: true });
  }

  writeKubeconfig(text: string): void {
    replaceFile(this.kubeconfig, text, 0o600);
  }

  /** The text, or undefined when the cluster was never started. */
  readKubeconfig(): string | undefined {
    try {
      return readFileSync(this.kubeconfig, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Removes the folder and everything in it, whatever pods made of it. A data folder elsewhere stays. Idempotent. */
  remove(): void {
    removeFolder(this.path);
  }
}

function isName(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name);
}

function makeOrSay(folder: string, remedy: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new Error(`${(cause as Error).message}: ${remedy}`, { cause });
  }
}

/** Below a file there is nothing either. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
