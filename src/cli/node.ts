// relevo node: takes nodes away and gives them back, through the cluster's machinery; the API need not answer but for an orderly removal.

import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from '../client/client.ts';
import { nodes } from '../client/resources.ts';
import { isStatusError } from '../client/response-error.ts';
import type { LinkQuality, MachineStatus } from '../machinery/machinery.ts';
import type { RemoteMachinery } from '../machinery/remote-machinery.ts';
import { withClient } from './cluster-client.ts';
import { machineryOf, type RunningMachinery } from './cluster-machinery.ts';
import { UsageError } from './errors.ts';
import { interruption } from './interruption.ts';
import { latencyOf, lossOf, rateOf } from './link-quality.ts';
import type { Messages } from './messages/en.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { withProgress } from './progress.ts';
import { messagesOf, verb, withCommonOptions } from './verb.ts';

interface RemoveOptions {
  readonly timeout: number;
  readonly force?: boolean;
}

interface SlowOptions {
  readonly latency?: number;
  readonly loss?: number;
  readonly rate?: number;
}

/** The API may be what was taken away. */
const requestTimeoutMs = 5000;

export function command(): Command {
  const node = verb('node');
  addList(node);
  addAdd(node);
  addRemove(node);
  const act = (name: string, summary: string, run: Act) => addAct(node, name, summary, run);
  act('stop', 'kill it with all that runs on it, as a power cut would, until it is started', stop);
  act('start', 'start a node that was stopped', start);
  act('freeze', 'let all that runs on it stand still', freeze);
  act('thaw', 'let it go on', thaw);
  act('partition', 'cut it off from everybody else', partition);
  act('heal', 'undo partition and slow', heal);
  addSlow(node);
  return node;
}

function addList(parent: Command): void {
  below(parent, 'list', 'list the nodes, as the machine has them')
    .addOption(outputOption())
    .action(async ({ output }: { output: OutputFormat }, self: Command) => {
      const list = await machineryOf(self).machinery.nodes();
      printResult(output, list, () => listText(list, messagesOf(self).node));
    });
}

function addAdd(parent: Command): void {
  below(parent, 'add', 'let another node join; nothing that runs is disturbed')
    .argument('[name]', 'default: the next free node-N')
    .action(async (name: string | undefined, _options: object, self: Command) => {
      const { node: messages } = messagesOf(self);
      const added = await withProgress(messages.adding(), machineryOf(self).machinery.add(name));
      say(added.ready ? messages.added(added.name) : messages.addedUnheard(added.name));
    });
}

function addRemove(parent: Command): void {
  below(parent, 'remove', 'move its pods elsewhere, then stop it and forget it')
    .argument('<name>')
    .option('--timeout <seconds>', 'how long its pods may take to leave', secondsOf, 60)
    .option('--force', 'do not wait for its pods: they are lost with it')
    .action(async (name: string, options: RemoveOptions, self: Command) => {
      await remove(name, options, machineryOf(self), messagesOf(self).node);
    });
}

type Act = (machinery: RemoteMachinery, node: string, messages: Messages['node']) => Promise<string>;

function addAct(parent: Command, name: string, summary: string, act: Act): void {
  below(parent, name, summary)
    .argument('<name>')
    .action(async (node: string, _options: object, self: Command) => {
      say(await act(machineryOf(self).machinery, node, messagesOf(self).node));
    });
}

function addSlow(parent: Command): void {
  below(parent, 'slow', 'make its network slow or lossy')
    .argument('<name>')
    .option('--latency <time>', 'added to each packet that leaves it: 50ms', latencyOf)
    .option('--loss <percent>', 'of packets that leave it: 1%', lossOf)
    .option('--rate <rate>', 'at most so much: 1mbit', rateOf)
    .action(async (node: string, { latency, loss, rate }: SlowOptions, self: Command) => {
      const quality: LinkQuality = { latencyMs: latency, loss, rateBitsPerSecond: rate };
      if (Object.values(quality).every((value) => value === undefined))
        throw new UsageError('say how slow: --latency 50ms, --loss 1%, --rate 1mbit');
      await machineryOf(self).machinery.links.slow(node, quality);
      say(messagesOf(self).node.slowed(node));
    });
}

function below(parent: Command, name: string, summary: string): Command {
  return withCommonOptions(parent.command(name)).summary(summary).description(summary);
}

const stop: Act = async (machinery, node, messages) => {
  await machinery.stop(node);
  return messages.stopped(node);
};

const start: Act = async (machinery, node, messages) => {
  const ready = await withProgress(messages.starting(node), machinery.start(node));
  return ready ? messages.started(node) : messages.startedUnheard(node);
};

const freeze: Act = async (machinery, node, messages) => {
  await machinery.freeze(node);
  return messages.frozen(node);
};

const thaw: Act = async (machinery, node, messages) => {
  await machinery.thaw(node);
  return messages.thawed(node);
};

const partition: Act = async (machinery, node, messages) => {
  await machinery.links.cut(node);
  return messages.cut(node);
};

const heal: Act = async (machinery, node, messages) => {
  await machinery.links.heal(node);
  return messages.healed(node);
};

/** The object goes last: a kubelet that lives would register again. */
async function remove(
  name: string,
  { timeout, force = false }: RemoveOptions,
  { cluster, machinery }: RunningMachinery,
  messages: Messages['node'],
): Promise<void> {
  const { drainNode } = await import('./drain-node.ts');
  const signal = interruption();
  const list = await machinery.nodes();
  const status = list.find((node) => node.name === name);
  // Of the only one, or of one that is not there, the machinery says what is wrong.
  if (status?.state === 'running' && list.length > 1 && !force) {
    const drain = (client: Client) => drainNode(client, name, timeout * 1000, signal);
    await withProgress(messages.draining(name), withClient(cluster, drain, { requestTimeoutMs }));
  }
  await machinery.remove(name);
  const forget = (client: Client) => deleteNode(client, name);
  const forgotten = await withClient(cluster, forget, { requestTimeoutMs }).catch(() => false);
  say(forgotten ? messages.removed(name) : messages.removedUnheard(name));
}

async function deleteNode(client: Client, name: string): Promise<boolean> {
  try {
    await client.resource(nodes).delete(name);
  } catch (error) {
    if (!isStatusError(error, 404)) throw error;
  }
  return true;
}

function listText(list: readonly MachineStatus[], messages: Messages['node']): string {
  const rows = list.map(({ name, state, address, kubeletPid, pods }) => {
    const kubelet = kubeletPid === undefined ? messages.noKubelet() : messages.kubelet(kubeletPid);
    return [name, messages.states[state], address, kubelet, messages.pods(pods.length)];
  });
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = rows[0]?.map((_, column) => widthOf(column)) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function secondsOf(text: string): number {
  const [, number, unit = 's'] = /^(\d+)(s|m)?$/.exec(text) ?? [];
  if (number === undefined)
    throw new InvalidArgumentError('it is a number of seconds, such as 30 or 30s, or minutes: 2m.');
  return Number(number) * (unit === 'm' ? 60 : 1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
