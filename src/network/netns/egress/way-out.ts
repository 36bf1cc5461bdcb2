// The addresses on the fabric's way out, which is a network of its own: what is beyond it is a program of this machine, not this machine.
// As small as slirp4netns takes it, since it leads every address of it to this machine.

import { setTimeout as after } from 'node:timers/promises';
import type { NamespaceHolder } from '../../../base/namespaces/namespace-holder.ts';
import { runProgram } from '../../../base/run-program.ts';

export const wayOut = {
  device: 'tap0',
  /** The fabric's own address there: slirp4netns has it fixed so. */
  own: '10.243.255.100',
  bits: 24,
  cidr: '10.243.255.0/24',
  /** The next hop to the world, and the machine's loopback. */
  host: '10.243.255.2',
} as const;

const lookEveryMs = 20;
const withinMs = 10_000;

/**
 * Resolves when the fabric's default route leads out, and whoever is out there finds the way back: it asks for pods as if they were on its
 * own network, and the fabric answers for them, without the random delay that is usual. `more` are further lines of shell for the fabric.
 * Rejects with an Error in one line, also when the signal aborts.
 */
export async function openWayOut(
  fabric: NamespaceHolder,
  more: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { device } = wayOut;
  const giveUp = performance.now() + withinMs;
  while (!(await runProgram([...fabric.enter, 'ip', 'route', 'show', 'default'])).includes(`dev ${device}`)) {
    if (performance.now() > giveUp) throw new Error(`no route leads out after ${withinMs / 1000} s`);
    await after(lookEveryMs);
    signal.throwIfAborted();
  }
  const settings = [
    `echo 1 > /proc/sys/net/ipv4/conf/${device}/proxy_arp`,
    `echo 0 > /proc/sys/net/ipv4/neigh/${device}/proxy_delay`,
  ];
  // Not as a word: a complaint has all words in front.
  await runProgram([...fabric.enter, 'sh', '-e'], [...settings, ...more].join('\n'));
}
