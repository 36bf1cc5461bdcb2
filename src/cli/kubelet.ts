// relevo kubelet: the death of a node's agent, which is not the node's.

import type { Command } from 'commander';
import { machineryOf } from './cluster-machinery.ts';
import { messagesOf, verb, withCommonOptions } from './verb.ts';

const killSummary = 'kill it with -9: it is started again, and finds the pods that went on without it';

export function command(): Command {
  const kubelet = verb('kubelet');
  withCommonOptions(kubelet.command('kill'))
    .summary(killSummary)
    .description(killSummary)
    .argument('<node>')
    .action(async (node: string, _options: object, self: Command) => {
      await machineryOf(self).machinery.killKubelet(node);
      process.stdout.write(`${messagesOf(self).node.kubeletKilled(node)}\n`);
    });
  return kubelet;
}
