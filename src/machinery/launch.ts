// One process of a supervised child, from its start to its end; no restarts.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { enteredProcess } from '../base/namespaces/entered-process.ts';
import { HeldPorts } from './held-ports.ts';
import type { LogFile } from './log-file.ts';
import { brokerNames } from './names-broker.ts';
import { type BrokerOptions, brokerPorts } from './ports-broker.ts';
import { Questions } from './questions.ts';
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
  /** Words that stand before its own, to put it somewhere else: see NamespaceHolder.enter. */
  readonly enter?: readonly string[];
  /** Which ports it may have opened in this process's network, and those it has. Default: none. */
  readonly ports?: BrokerOptions;
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
  /** See Questions.ask(). */
  ask(question: unknown): Promise<unknown>;
  /** Asks it to end and kills it, with all of its process group, after `graceMs`. Resolves when it is gone. */
  end(graceMs: number): Promise<void>;
  /** Kills it, with all of its process group, before it returns: it hears nothing. Resolves when it is gone. */
  kill(): Promise<void>;
}

const lastWordsMs = 100;
/**
 * A cluster is many processes, and most of them idle: a young generation of 2 MiB in each half instead of 16, and a heap that grows by a
 * fifth instead of up to four times before it is collected. Costs no throughput that could be measured.
 */
export const smallHeap = ['--max-semi-space-size=2', '--heap-growing-percent=20'];

export function launch(options: LaunchOptions): Launched {
  const [program = '', ...words] = [
    ...(options.enter ?? []),
    ...[process.execPath, ...process.execArgv, ...smallHeap, fileURLToPath(options.entry)],
  ];
  // A session of its own: Ctrl-C in the terminal reaches the supervisor only, and it leads a process group that can be killed whole.
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, ...options.env },
  });
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (chunk: Buffer) => options.log.write(chunk));
  }
  const { name, config } = options;
  // It may be gone already: its end says so.
  child.send({ name, config } satisfies Assignment, () => {});
  const ended = endOf(child);
  const questions = new Questions(child, ended);
  brokerNames(child);
  brokerPorts(child, options.ports ?? { mayOpen: () => false, held: new HeldPorts() });
  return {
    get pid() {
      return child.pid === undefined ? undefined : enteredProcess(child.pid);
    },
    ready: readiness(child, ended, options),
    ended,
    signal: (signal) => deliver(child, signal, options),
    ask: (question) => questions.ask(question),
    end: (graceMs) => end(child, ended, options, graceMs),
    kill: () => killed(child, ended),
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
    child.on('message', (message: object) => {
      if (!isAnnouncement(message)) return;
      clearTimeout(timer);
      if ('ready' in message) resolve(message.ready);
      else reject(new Error(message.failed));
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

function isAnnouncement(message: object): message is Announcement {
  return 'ready' in message || 'failed' in message;
}

async function end(
  child: ChildProcess,
  ended: Promise<string>,
  options: LaunchOptions,
  graceMs: number,
): Promise<void> {
  deliver(child, 'SIGTERM', options);
  // A frozen one would never hear it.
  deliver(child, 'SIGCONT', options);
  const timer = setTimeout(() => killGroup(child), graceMs);
  await ended;
  clearTimeout(timer);
  await lastWords(child);
}

async function killed(child: ChildProcess, ended: Promise<string>): Promise<void> {
  killGroup(child);
  await ended;
  await lastWords(child);
}

/** Waits until its outputs are read, but not for what it started and left behind with them open. */
async function lastWords(child: ChildProcess): Promise<void> {
  if (child.stdout?.closed !== false && child.stderr?.closed !== false) return;
  await once(child, 'close', { signal: AbortSignal.timeout(lastWordsMs) }).catch(() => {});
}

/** Somebody who was put somewhere else may be the child of one who waits, and who leaves signals to him: the group has both. */
function deliver(child: ChildProcess, signal: NodeJS.Signals, { enter = [] }: LaunchOptions): boolean {
  if (!isAlive(child)) return false;
  return enter.length === 0 ? child.kill(signal) : signalGroup(child, signal);
}

function killGroup(child: ChildProcess): void {
  if (isAlive(child)) signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch {
    return child.kill(signal);
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
