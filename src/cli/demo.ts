// relevo demo: a cluster of its own, an application under load, a node that is stopped, and what that cost. Nothing of it stays.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { startCluster } from '../daemon/cluster.ts';
import { ClusterDir } from '../machinery/cluster-dir.ts';
import { RemoteMachinery } from '../machinery/remote-machinery.ts';
import { withClient } from './cluster-client.ts';
import { demoDeployment } from './demo/manifests.ts';
import type { RoundResult } from './demo/round.ts';
import { type ShowOptions, show } from './demo/show.ts';
import { stageOn } from './demo/stage.ts';
import { Interrupted } from './errors.ts';
import { interruption } from './interruption.ts';
import type { Messages } from './messages/en.ts';
import { withProgress } from './progress.ts';
import { messagesOf, verb } from './verb.ts';

interface DemoOptions {
  readonly once: boolean;
}

const nodeCount = 3;

export function command(): Command {
  return verb('demo')
    .option('--once', 'stop one node and end, instead of one after the other until Ctrl-C', false)
    .addHelpText('after', '\nThe exit code is 0 when everything came back each time, else 1.')
    .action(async ({ once }: DemoOptions, self: Command) => {
      const messages = messagesOf(self);
      const results = await inOwnHome((dir) => play(dir, messages, once));
      for (const line of summary(results, messages)) say(line);
    });
}

async function inOwnHome<T>(work: (dir: ClusterDir) => Promise<T>): Promise<T> {
  const home = mkdtempSync(path.join(tmpdir(), 'relevo-demo-'));
  try {
    return await work(new ClusterDir('demo', { home }));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Rejects when it was interrupted before the end of the first round: nothing was shown then. */
async function play(dir: ClusterDir, messages: Messages, once: boolean): Promise<RoundResult[]> {
  const results: RoundResult[] = [];
  const signal = interruption();
  say(messages.demo.title());
  const starting = startCluster(dir, { nodes: nodeCount, runtime: 'process' }, () => {}, signal);
  const cluster = await withProgress(messages.up.starting(dir.name), starting);
  const onResult = (result: RoundResult) => results.push(result);
  try {
    await onCluster(dir, { messages, signal, once, onResult });
  } catch (error) {
    if (!(error instanceof Interrupted) || results.length === 0) throw error;
  } finally {
    await withProgress(messages.up.stopping(), cluster.close());
  }
  return results;
}

type Given = Pick<ShowOptions, 'messages' | 'signal' | 'once' | 'onResult'>;

function onCluster(dir: ClusterDir, given: Given): Promise<void> {
  const machinery = new RemoteMachinery(dir);
  const stage = stageOn(process.stdout, given.messages);
  return withClient(dir, (client) => show({ ...given, client, machinery, stage, clock: systemClock }));
}

/** Of several rounds the sums and the longest times. */
function summary(results: readonly RoundResult[], { demo }: Messages): string[] {
  const sum = (field: 'requests' | 'failures') => results.reduce((total, result) => total + result[field], 0);
  const longest = (field: 'trafficRtoMs' | 'capacityRtoMs') => {
    return Math.max(...results.map((result) => result[field])) / 1000;
  };
  return [
    demo.measured(results.length),
    demo.counted(sum('requests'), sum('failures')),
    demo.trafficRto(longest('trafficRtoMs').toFixed(2)),
    demo.capacityRto(longest('capacityRtoMs').toFixed(2), demoDeployment.spec.replicas),
    demo.done(),
    demo.next(),
  ];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
