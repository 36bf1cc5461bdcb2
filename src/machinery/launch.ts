// One process of a supervised child, from its start to its end; no restarts.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LogFile } from './log-file.ts';
import type { Announcement, Assignment } from './supervised-messages.ts';

export interface LaunchOptions extends Assignment {
  /** A file that calls runSupervised(). */
  readonly entry: URL;
  /** In addition to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Both its outputs go there. */
  readonly log: LogFile;
  /** How long it may take to be ready before it is killed. */
  readonly readyTimeoutMs: number;
}

export interface Launched {
  /** Undefined when it could not even be started. */
  readonly pid: number | undefined;
  /** What it said with ready(). Rejects with an Error in one line when it failed, ended or timed out before. */
  readonly ready: Promise<unknown>;
  /** Resolves with how it ended, in words, when it is gone. */
  readonly ended: Promise<string>;
  /** False when it is gone. */
  signal(signal: NodeJS.Signals): boolean;
  /** Asks it to end and kills it, with all of its process group, after `graceMs`. Resolves when it is gone. */
  end(graceMs: number): Promise<void>;
}

const lastWordsMs = 100;
/**
 * A cluster is many processes, and most of them idle: a young generation of 2 MiB in each half instead of 16, and a heap that grows by a
 * fifth instead of up to four times before it is collected. Costs no throughput that could be measured.
 */
export const smallHeap = ['--max-semi-space-size=2', '--heap-growing-percent=20'];

export function launch(options: LaunchOptions): Launched {
  // A session of its own: Ctrl-C in the terminal reaches the supervisor only, and it leads a process group that can be killed whole.
  const child = fork(fileURLToPath(options.entry), [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    execArgv: [...process.execArgv, ...smallHeap],
    env: { ...process.env, ...options.env },
  });
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (chunk: Buffer) => options.log.write(chunk));
  }
  const { name, config } = options;
  // It may be gone already: its end says so.
  child.send({ name, config } satisfies Assignment, () => {});
  const ended = endOf(child);
  return {
    pid: child.pid,
    ready: readiness(child, ended, options),
    ended,
    signal: (signal) => isAlive(child) && child.kill(signal),
    end: (graceMs) => end(child, ended, graceMs),
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    // Not `close`: what it started may live on and hold its outputs open.
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal ? `killed by ${signal}` : `ended with code ${code}`;
  } catch (error) {
    return `could not be started: ${(error as Error).message}`;
  }
}

function readiness(
  child: ChildProcess,
  ended: Promise<string>,
  { log, readyTimeoutMs: timeoutMs }: LaunchOptions,
): Promise<unknown> {
  // Without words of its own there is only what it wrote.
  const seeLog = `see ${log.file}`;
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`was not ready after ${timeoutMs / 1000} s (${seeLog})`));
    }, timeoutMs);
    child.on('message', (announcement: Announcement) => {
      clearTimeout(timer);
      if ('ready' in announcement) resolve(announcement.ready);
      else reject(new Error(announcement.failed));
    });
    void ended.then((how) => {
      clearTimeout(timer);
      reject(new Error(`${how} before it was ready (${seeLog})`));
    });
  });
  // Whoever does not ask is not to be killed by it.
  ready.catch(() => {});
  return ready;
}

async function end(child: ChildProcess, ended: Promise<string>, graceMs: number): Promise<void> {
  child.kill('SIGTERM');
  // A frozen one would never hear it.
  child.kill('SIGCONT');
  const timer = setTimeout(() => killGroup(child), graceMs);
  await ended;
  clearTimeout(timer);
  await lastWords(child);
}

/** Waits until its outputs are read, but not for what it started and left behind with them open. */
async function lastWords(child: ChildProcess): Promise<void> {
  if (child.stdout?.closed !== false && child.stderr?.closed !== false) return;
  await once(child, 'close', { signal: AbortSignal.timeout(lastWordsMs) }).catch(() => {});
}

function killGroup(child: ChildProcess): void {
  try {
    if (isAlive(child) && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
