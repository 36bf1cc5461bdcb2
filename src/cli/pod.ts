// relevo pod: what befalls the processes of one pod. Its object in the API is not touched, and the API need not answer.

import type { Command } from 'commander';
import type { PodName, PodProcesses } from '../machinery/machinery.ts';
import type { RemoteMachinery } from '../machinery/remote-machinery.ts';
import { machineryOf } from './cluster-machinery.ts';
import type { Messages } from './messages/en.ts';
import { messagesOf, optionsOf, verb, withCommonOptions } from './verb.ts';

interface Options {
  namespace: string;
  hold?: boolean;
}

type Act = (machinery: RemoteMachinery, pod: PodName, options: { hold: boolean }) => Promise<PodProcesses>;
type Say = (messages: Messages['pod'], pod: string, processes: PodProcesses) => string;

export function command(): Command {
  const pod = verb('pod');
  add(
    pod,
    ...['kill', 'kill its processes with -9; it is started again, unless it is held'],
    (machinery, name, options) => machinery.killPod(name, options),
    (say, name, { node, count }) => say.killed(name, node, count),
  ).option('--hold', 'leave the gap until "pod thaw"');
  add(
    pod,
    ...['freeze', 'let its processes stand still'],
    (machinery, name, options) => machinery.freezePod(name, options),
    (say, name, { node, count }) => say.frozen(name, node, count),
  ).option('--hold', 'should a probe have it killed, leave the gap until "pod thaw"');
  add(
    pod,
    ...['thaw', 'let them go on; a gap that was held may fill'],
    (machinery, name) => machinery.thawPod(name),
    (say, name, { node, count }) => (count > 0 ? say.thawed(name, node) : say.released(name, node)),
  );
  return pod;
}

function add(parent: Command, name: string, summary: string, act: Act, say: Say): Command {
  return withCommonOptions(parent.command(name))
    .summary(summary)
    .description(summary)
    .argument('<name>')
    .option('-n, --namespace <namespace>', 'where it is', 'default')
    .action(async (pod: string, { namespace, hold = false }: Options, self: Command) => {
      const processes = await act(machineryOf(self).machinery, { namespace, name: pod }, { hold });
      const messages = messagesOf(self).pod;
      process.stdout.write(`${say(messages, pod, processes)}\n`);
      if (hold) process.stdout.write(`${messages.held(thawCommand(pod, namespace, self))}\n`);
    });
}

/** As it has to be typed. */
function thawCommand(pod: string, namespace: string, self: Command): string {
  const { name = 'default' } = optionsOf(self);
  const where = namespace === 'default' ? '' : ` -n ${namespace}`;
  return `relevo pod thaw ${pod}${where}${name === 'default' ? '' : ` --name ${name}`}`;
}
