// Runs a command that the user named, to its end: it has a time limit, and goes with all that it started when that is over or the drill is.

import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as after } from 'node:timers/promises';
import { headed, ToldError, told } from '../../told.ts';

export interface CommandOptions {
  /** The working directory. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface CommandEnd {
  readonly code: number;
  /** The last line that it printed, of either stream. */
  readonly lastLine: string;
}

/** How long is waited for output when it has ended: somebody who left its group may hold the pipe for ever. */
const lastWordsMs = 500;
/** What is kept of its output. */
const tailBytes = 4_096;

/** Rejects when it cannot be started, took too long, was killed, or with the signal's reason. */
export async function runCommand(words: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  const { folder, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const [program = '', ...args] = words;
  // A group of its own, so that it can be killed as a whole.
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const limit = AbortSignal.timeout(timeoutMs);
  const kill = () => killGroup(child);
  for (const each of [limit, signal]) each?.addEventListener('abort', kill, { once: true });
  const tail = tailOf(child);
  const closed = new Promise((resolve) => child.once('close', resolve));
  try {
    const [code, killedBy] = await ended(child);
    // What it left behind in its group goes with it, and with that whoever could still write.
    kill();
    await Promise.race([closed, after(lastWordsMs, undefined, { ref: false })]);
    signal?.throwIfAborted();
    const seconds = timeoutMs / 1000;
    if (limit.aborted) throw wrong(words, `took longer than ${seconds} s`, `tardó más de ${seconds} s`);
    if (code === null) throw wrong(words, `was ended by ${killedBy}`, `lo terminó ${killedBy}`);
    return { code, lastLine: lastLineOf(tail()) };
  } finally {
    signal?.removeEventListener('abort', kill);
    limit.removeEventListener('abort', kill);
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  }
}

/** Rejects, with its last line, when it ends with another code than 0. */
export async function runCommandWell(words: readonly string[], options: CommandOptions): Promise<void> {
  const { code, lastLine } = await runCommand(words, options);
  const said = lastLine && `: ${lastLine}`;
  if (code !== 0)
    throw wrong(words, `ended with code ${code}${said}`, `terminó con el código ${code}${said}`);
}

function wrong(words: readonly string[], en: string, es: string): ToldError {
  return new ToldError(headed(words.join(' '), told(en, es)));
}

function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve([code, signal]));
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

function tailOf(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-tailBytes);
    });
  return () => text;
}

function lastLineOf(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}
