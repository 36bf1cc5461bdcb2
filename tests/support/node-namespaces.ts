// Runs a test file again inside namespaces such as a node has, as root and as an ordinary user.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** As a node of a cluster that root, or somebody else, has started. */
export const nodeOwners = ['root', 'nobody'] as const;
export type NodeOwner = (typeof nodeOwners)[number];

const unshare = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** The first process has to reap, which Node does not. */
const setUp = 'mount -t tmpfs -o mode=755 tmpfs /run; ip link set lo up; "$@"; exit $?';

/** Whether this process may start nodes of that owner. */
export function canOwn(owner: NodeOwner): boolean {
  return process.platform === 'linux' && (process.getuid?.() === 0 || owner === 'nobody');
}

/** The exit code, and all that was said. */
export async function runInNamespaces(owner: NodeOwner, argv: readonly string[]): Promise<[number, string]> {
  const isRoot = process.getuid?.() === 0;
  const drop = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  const before =
    owner === 'root' ? [] : [...(isRoot ? drop : []), ...unshare.slice(0, 1), '--user', '--map-root-user'];
  const made = owner === 'root' ? [...unshare, '--net'] : [...before, '--net', ...unshare.slice(1)];
  const [program = '', ...args] = [...made, 'sh', '-c', setUp, 'node', ...argv];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(program, args, { env: { ...env, HOME: '/tmp' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return [code, out + err];
}
