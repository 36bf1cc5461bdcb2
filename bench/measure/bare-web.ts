// The built-in web application as a process of nobody: what a replica costs without a cluster around it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../tests/support/free-port.ts';
import { usualCodeCache } from './child.ts';
import { firstAnswer } from './first-answer.ts';

const entry = fileURLToPath(new URL('../../src/runtime/process/images/web-process.ts', import.meta.url));

/** Milliseconds from its start until it answers. It is gone when this resolves. */
export async function bareWebStartMs(): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [entry], {
    env: { PORT: String(port), HOSTNAME: 'bare', NODE_COMPILE_CACHE: usualCodeCache },
    stdio: 'ignore',
  });
  await firstAnswer(`http://127.0.0.1:${port}/healthz`);
  const took = performance.now() - began;
  await ended(child);
  return took;
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
