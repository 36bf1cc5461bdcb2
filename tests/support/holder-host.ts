// Somebody who holds namespaces, in which something runs, until he is killed. Says the pids of the holder and of what runs, which are to go too.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { holdNamespaces } from '../../src/base/namespaces/namespace-holder.ts';
import { childrenOf } from '../../src/base/process-children.ts';

const holder = await holdNamespaces({
  user: process.getuid?.() !== 0,
  pid: true,
  setUp: 'mount -t tmpfs tmpfs /mnt',
});
const [program = '', ...args] = holder.enter;
// It has a child of its own, in a session of its own.
const words = ['sh', '-c', 'setsid sleep 1000 & echo; wait'];
const child = spawn(program, [...args, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(child.stdout, 'data');

const inside = childrenOf(child.pid ?? 0);
const pids = [child.pid, ...inside, ...inside.flatMap(childrenOf), holder.pid];
const unshare = childrenOf(process.pid).find((pid) => pid !== child.pid);
process.stdout.write(`${JSON.stringify({ pids, init: holder.pid, unshare })}\n`);
setInterval(() => {}, 60_000);
