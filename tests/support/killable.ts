// The processes of a cluster one by one, as crash tests need them: killed with -9 when the test wants it, started again when the test wants it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { entryUrl } from '../../src/base/entry.ts';
import type {
  ControlPlaneConfig,
  ControlPlaneInfo,
  Credentials,
} from '../../src/daemon/control-plane-process.ts';
import type { SimulatedNodesConfig } from '../../src/daemon/simulated-nodes-process.ts';
import { findFreePort } from '../../src/machinery/free-port.ts';
import { type Launched, launch } from '../../src/machinery/launch.ts';
import { LogFile } from '../../src/machinery/log-file.ts';

const host = '127.0.0.1';
const codeCache = path.join(import.meta.dirname, '../../.cache/code');
const readyTimeoutMs = 60_000 * Number(process.env.TEST_TIMEOUT ?? 1);

/** A supervised process without a supervisor. */
export class Killable<Info> {
  readonly #name: string;
  readonly #entry: URL;
  readonly #config: unknown;
  readonly #log: LogFile;
  #life: Launched | undefined;

  constructor(name: string, entry: URL, config: unknown, logDir: string) {
    this.#name = name;
    this.#entry = entry;
    this.#config = config;
    this.#log = new LogFile(path.join(logDir, `${name}.log`));
  }

  /** Resolves with what it says when it is ready; rejects when it ends before, with all that it wrote. */
  async start(): Promise<Info> {
    const env = { NODE_COMPILE_CACHE: codeCache };
    const [name, config, entry, log] = [this.#name, this.#config, this.#entry, this.#log];
    this.#life = launch({ name, config, entry, env, log, readyTimeoutMs });
    try {
      return (await this.#life.ready) as Info;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${message}\n${readFileSync(log.file, 'utf8')}`, { cause });
    }
  }

  /** Starts it and kills it so many milliseconds later, ready or not. Resolves when it is gone. */
  async startAndKill(afterMs: number): Promise<void> {
    // Of no interest: it may be killed before.
    this.start().catch(() => {});
    // The moment is what is drawn at random; nothing is waited for.
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await this.kill();
  }

  /** Resolves when it is gone. Idempotent. */
  async kill(): Promise<void> {
    this.#life?.signal('SIGKILL');
    await this.#life?.ended;
  }
}

export class KillableCluster {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'relevo-crash-'));
  readonly controlPlane: Killable<ControlPlaneInfo>;
  /** At the latest at exit: a test may fail before it has anything to close. Processes end with their parent by themselves. */
  readonly #remove = () => rmSync(this.folder, { recursive: true, force: true });

  /** Use open(). */
  constructor(port: number) {
    const config: ControlPlaneConfig = {
      ...{ dataDir: path.join(this.folder, 'data'), apiHost: host, port, contextName: 'crash', nodes: [] },
    };
    const entry = entryUrl('daemon/control-plane-process');
    this.controlPlane = new Killable('control-plane', entry, config, this.folder);
    process.on('exit', this.#remove);
  }

  /** Nothing is started yet. */
  static async open(): Promise<KillableCluster> {
    // Below the range that outgoing connections take theirs from: between two lives nobody may sit on the port.
    return new KillableCluster(await findFreePort(host, 20_000 + (process.pid % 100) * 100));
  }

  /** The folder of the store, for snapshots. */
  get store(): string {
    return path.join(this.folder, 'data', 'store');
  }

  simulatedNodes(count: number, credentials: Credentials): Killable<null> {
    const config: SimulatedNodesConfig = { count, credentials };
    const entry = entryUrl('daemon/simulated-nodes-process');
    return new Killable('simulated-nodes', entry, config, this.folder);
  }

  /** Kills the control plane and removes everything. */
  async close(): Promise<void> {
    await this.controlPlane.kill();
    process.off('exit', this.#remove);
    this.#remove();
  }
}
