// A program without a terminal. Its stdin is a socket of Node's, for want of a call for a pipe: `/dev/stdin` cannot be opened anew.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { withoutTerminals } from './open-terminal.ts';
import { outputPipes } from './output-pipes.ts';
import { endOf, type Spawned, type SpawnOrder } from './spawned.ts';

/** Resolves when it runs; rejects with the system's error when it cannot be started. */
export async function spawnPiped({ argv, env, cwd, stdin, scratch }: SpawnOrder): Promise<Spawned> {
  const [program = '', ...args] = argv;
  const { stdout, stderr } = await outputPipes(scratch);
  try {
    const stdio = withoutTerminals([stdin ? 'pipe' : 'ignore', stdout.writeFd, stderr.writeFd]);
    // A session of its own: its process group can be signalled whole, and no terminal reaches it.
    const child = spawn(program, args, { cwd, env, detached: true, stdio });
    const exited = endOf(child);
    await once(child, 'spawn');
    const input = child.stdin?.on('error', () => {});
    return {
      ...{ pid: child.pid ?? 0, exited, resize() {} },
      ...{ stdin: input, stdout: stdout.readable, stderr: stderr.readable },
    };
  } catch (error) {
    stdout.readable.destroy();
    stderr.readable.destroy();
    throw error;
  } finally {
    closeSync(stdout.writeFd);
    closeSync(stderr.writeFd);
  }
}
