// One running haproxy: started in a folder of its own with the listening sockets as inherited descriptors, ready when it answers. One
// process for each configuration instead of a master that reloads itself: a changed set of listeners needs a new set of descriptors anyway,
// a bad configuration keeps the process before in force, and there is one way for everything.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { systemPath } from '../../base/run-program.ts';
import { programIn } from './binary.ts';
import { runtimeSocket } from './config/global-section.ts';
import { EventStream } from './event-stream.ts';
import { RuntimeApi } from './runtime-api.ts';

export const configurationFile = 'haproxy.cfg';
/** Inherited descriptors begin here. */
export const firstDescriptor = 3;
const startLimitMs = 30_000;
const pollMs = 5;

export interface StartOptions {
  readonly program: string;
  /** With the configuration and what it names. */
  readonly folder: string;
  readonly descriptors: readonly number[];
}

export class HaproxyProcess {
  readonly pid: number;
  readonly api: RuntimeApi;
  readonly events: EventStream;
  /** How it ended, for people. */
  readonly exited: Promise<string>;
  readonly startedAt = Date.now();
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, exited: Promise<string>, api: RuntimeApi, events: EventStream) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.exited = exited;
    this.api = api;
    this.events = events;
  }

  /** Rejects with HAProxy's complaints in one line when it does not come up; nothing is left of it then. */
  static async start(options: StartOptions): Promise<HaproxyProcess> {
    const child = spawnHaproxy(options);
    const complaints = complaintsOf(child);
    const exited = exitOf(child);
    const socket = path.join(options.folder, runtimeSocket);
    try {
      const over = exited.then((how) => Promise.reject(new Error(complaints() || how)));
      const api = await answering(socket, over);
      const events = await Promise.race([over, EventStream.open(socket)]);
      over.catch(() => {});
      return new HaproxyProcess(child, exited, api, events);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Accepts nothing more and ends with its last connection: those of the runtime API count. */
  softStop(): void {
    this.#child.kill('SIGUSR1');
  }

  /** Idempotent. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
    this.letGo();
  }

  /** Closes what keeps a stopping process. Idempotent. */
  letGo(): void {
    this.api.close();
    this.events.close();
  }
}

// With its parent it dies: nobody else knows that it is there, and it would hold the ports.
function spawnHaproxy({ program, folder, descriptors }: StartOptions): ChildProcess {
  const setpriv = programIn(systemPath(), 'setpriv');
  const words = [program, '-db', '-f', configurationFile];
  const [command = program, ...args] = setpriv ? [setpriv, '--pdeathsig', 'KILL', ...words] : words;
  return spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe', ...descriptors] });
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`haproxy cannot be started: ${error.message}`));
    child.once('close', (code, signal) =>
      resolve(signal ? `killed by ${signal}` : `ended with code ${code}`),
    );
  });
}

/** The last of what it complains of. */
function complaintsOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-4_096);
  });
  return () => {
    const alerts = text.split('\n').filter((line) => line.includes('[ALERT]'));
    return alerts.map((line) => line.replace(/^\[ALERT\]\s*\(\d+\)\s*:\s*/, '').trim()).join('; ');
  };
}

/** Rejects as soon as `over` does. */
async function answering(socket: string, over: Promise<never>): Promise<RuntimeApi> {
  const limit = performance.now() + startLimitMs;
  for (;;) {
    try {
      return await RuntimeApi.open(socket);
    } catch (error) {
      if (performance.now() > limit) throw error;
    }
    const pause = new Promise((resolve) => setTimeout(resolve, pollMs));
    await Promise.race([pause, over]);
  }
}
