// A frozen process notices nothing, not even that its supervisor is gone, and would stay for ever. The guard has nothing to do but to live
// until then: it is a shell that reads from a pipe nobody writes to, and thaws them when that ends, so that they see it and end. Should it be
// killed too, a file tells the next start of the cluster whom to kill.

import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { processIdentity } from '../base/process-identity.ts';
import { replaceFile } from '../base/replace-file.ts';
import { kill } from '../runtime/process/marked-processes.ts';

export interface ThawGuard {
  /** The processes are no longer its business. Idempotent. */
  dismiss(): void;
}

interface Frozen {
  readonly pid: number;
  /** Later processes may get the same pid. */
  readonly identity: string | undefined;
}

/** A node's. */
export function frozenFile(nodeFolder: string): string {
  return path.join(nodeFolder, 'frozen.json');
}

/** `file` is there as long as the guard is wanted. */
export function guardFrozen(file: string, pids: readonly number[]): ThawGuard {
  const frozen: Frozen[] = pids.map((pid) => ({ pid, identity: processIdentity(pid) }));
  replaceFile(file, JSON.stringify(frozen), 0o600);
  const script = 'read -r _; kill -CONT "$@"';
  const shell = spawn('/bin/sh', ['-c', script, 'relevo-thaw-guard', ...pids.map(String)], {
    // A session of its own: Ctrl-C in the terminal is not for it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A shell that cannot be started, or is killed: there is the file.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    dismiss() {
      shell.kill('SIGKILL');
      rmSync(file, { force: true });
    },
  };
}

/** Kills what a former supervisor froze and nobody has thawed; returns their pids. Does nothing where there is no file. */
export function killFrozen(file: string): number[] {
  const there = frozenIn(file).filter(
    ({ pid, identity }) => identity !== undefined && processIdentity(pid) === identity,
  );
  for (const { pid } of there) kill(pid, 'SIGKILL');
  rmSync(file, { force: true });
  return there.map(({ pid }) => pid);
}

function frozenIn(file: string): Frozen[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}
