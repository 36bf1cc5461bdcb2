// Those that wait outside for what they have put into a PID namespace: an `nsenter` whose child is stopped stops itself, too.

import { processFile, processIds } from '../process-files.ts';

/** Of all programs that were started with the words of the holder whose process this is. */
export function waitersFor(pid: number): number[] {
  return processIds().filter((one) => {
    const [program, ...args] = processFile(one, 'cmdline').split('\0');
    return program === 'nsenter' && args.includes(`--target=${pid}`);
  });
}

/** Those that are stopped wait again, for the dead too: nobody else could tell that they have ended. */
export function wakeWaiters(pid: number): void {
  for (const waiter of waitersFor(pid)) wake(waiter);
}

/** True for one that is gone. */
export function isStopped(pid: number): boolean {
  const status = processFile(pid, 'status');
  return status === '' || /^State:\s+[TZ]/m.test(status);
}

function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended.
  }
}
