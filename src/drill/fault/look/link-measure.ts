// How good the link of a node is, measured from the other side: answers of its kubelet that come late, and what the kernel counts.

import { processIdentity } from '../../../base/process-identity.ts';
import { runProgram } from '../../../base/run-program.ts';
import type { Client } from '../../../client/client.ts';
import { askOften, type Question, type RoundTrip } from './kubelet-answer.ts';

/** Of answers that came, in milliseconds. */
export interface LinkMeasure {
  readonly asked: number;
  readonly answered: number;
  /** NaN when none came. */
  readonly median: number;
  readonly times: readonly number[];
}

const atOnce = 10;
const patienceMs = 5_000;
/** What TCP waits at least before it sends a packet again (RFC 6298 says 1 s; Linux' TCP_RTO_MIN is 200 ms). */
const resentAfterMs = 190;

export async function measureLink(
  client: Client,
  question: Question,
  signal: AbortSignal,
): Promise<LinkMeasure> {
  // One before the others: whoever has not been asked for long takes its time.
  await askOften(client, question, 1, patienceMs, signal);
  return measured(await askOften(client, question, atOnce, patienceMs, signal));
}

/** Answers that came so late, or not at all, as after a packet that had to be sent again. */
export function lateAnswers({ times, asked, answered }: LinkMeasure, usual: LinkMeasure): number {
  const limit = Math.max(...usual.times, usual.median) + resentAfterMs;
  return times.filter((time) => time > limit).length + asked - answered;
}

/**
 * What the kernel says it does with what leaves the node, and how much has left so: `tc -s qdisc` in the node's own network. Undefined where
 * that cannot be asked for (no tc, no right to).
 */
export async function shapedBytes(kubeletPid: number): Promise<{ words: string; bytes: number } | undefined> {
  if (processIdentity(kubeletPid) === undefined) return undefined;
  const enter = ['nsenter', `--target=${kubeletPid}`, ...intoUser(), '--net'];
  const said = await runProgram([...enter, 'tc', '-s', 'qdisc', 'show', 'dev', uplink]).catch(() => '');
  const [, words, bytes] = /^qdisc ((?:netem|tbf) .*)\n\s*Sent (\d+) bytes/m.exec(said) ?? [];
  return words === undefined ? undefined : { words: words.trim(), bytes: Number(bytes) };
}

/** What a node calls its end of its cable. */
const uplink = 'uplink';

/** Its owner is root in there. */
function intoUser(): string[] {
  return process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
}

function measured(trips: readonly RoundTrip[]): LinkMeasure {
  const times = trips.filter((trip) => trip !== undefined).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
  return { asked: trips.length, answered: times.length, median, times };
}
