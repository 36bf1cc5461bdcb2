// Everything in a PID namespace stands still, and goes on. The one that sits in it is spared: it does nothing anyway.

import { setTimeout as after } from 'node:timers/promises';
import { runProgram } from '../run-program.ts';
import type { NamespaceHolder } from './namespace-holder.ts';
import { isStopped, waitersFor, wakeWaiters } from './waiters.ts';

/** The kernel stops all of them in one step: nobody sees another one stand still. */
const stop = 'kill -STOP -1';
/**
 * Again while somebody stands still: an `nsenter` in there whose own child was stopped stops itself when it is woken before that child.
 * Not for ever: a program may be one that stops itself.
 */
const go = `for round in 1 2 3 4 5 6 7 8 9; do
  kill -CONT -1
  grep -qs '^State:.T' /proc/[0-9]*/status || break
done`;

const settledWithinMs = 500;

/** Idempotent. Rejects with an Error in one line where there is nothing to freeze any more. */
export async function freezeAll(holder: NamespaceHolder): Promise<void> {
  await inside(holder, stop);
  // Those that wait outside stop a moment later; until then they could not be woken for good.
  const giveUp = performance.now() + settledWithinMs;
  while (!waitersFor(holder.pid).every(isStopped) && performance.now() < giveUp) await after(1);
}

/** Whoever stopped it. Idempotent. Rejects with an Error in one line where it was killed meanwhile. */
export async function thawAll(holder: NamespaceHolder): Promise<void> {
  try {
    await inside(holder, go);
  } finally {
    wakeWaiters(holder.pid);
  }
}

async function inside({ enter }: NamespaceHolder, script: string): Promise<void> {
  await runProgram([...enter, 'sh', '-c', script]);
}
