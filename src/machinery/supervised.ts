// The child's side of supervision: takes its configuration from the supervisor, says when it serves, ends when it is told to, and
// never outlives the supervisor.

import { flushCompileCache } from 'node:module';
import { answerQuestions } from './questions.ts';
import { type Announcement, type Assignment, oneLine } from './supervised-messages.ts';

export interface Supervised {
  /** The name that the supervisor knows it by. */
  readonly name: string;
  /** Aborted when it has to end: clean up and return. After a grace period it is killed. */
  readonly signal: AbortSignal;
  /** To be called once, when it serves. `info` is plain JSON. */
  ready(info?: unknown): void;
  /** What the supervisor asks from now on is answered so; what it throws is told as the reason for a refusal. */
  onQuestion(answer: (question: unknown) => unknown): void;
}

/**
 * Runs `main` as the whole of this process, which ends when `main` returns. What `main` throws before it was ready is what the
 * supervisor tells as the reason. When the supervisor dies, however it dies, this process exits at once with code 1; what must
 * happen even then belongs into a synchronous `process.on('exit')`.
 */
export function runSupervised<C>(main: (config: C, self: Supervised) => Promise<void>): void {
  if (!process.send) {
    process.stderr.write('relevo: this file is started by "relevo up", not by hand\n');
    process.exitCode = 2;
    return;
  }
  process.once('disconnect', () => process.exit(1));
  // A terminal signals its whole foreground group; it is the supervisor that decides in which order things end.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  const ending = new AbortController();
  process.on('SIGTERM', () => ending.abort());
  process.once('message', (assignment: Assignment) => void carryOut(assignment, main, ending.signal));
}

async function carryOut<C>(
  { name, config }: Assignment,
  main: (config: C, self: Supervised) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  process.title = `relevo ${name}`;
  try {
    await main(config as C, { name, signal, ready, onQuestion: answerQuestions });
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    await announce({ failed: oneLine(error) });
    process.exit(1);
  }
}

function ready(info?: unknown): void {
  void announce({ ready: info ?? null });
  // At its end would be too late: many a life ends by kill -9.
  setImmediate(flushCompileCache);
}

/** Resolves when it is on its way, or cannot be: then the supervisor is gone, and this process is about to follow. */
function announce(announcement: Announcement): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send?.(announcement, undefined, undefined, () => resolve());
  });
}
