// relevo control-plane: the death of the API server, the store and the controllers. Users of the applications are not to notice.

import type { Command } from 'commander';
import { machineryOf } from './cluster-machinery.ts';
import { messagesOf, verb, withCommonOptions } from './verb.ts';

const killSummary = 'kill it with -9: it is started again, and pods and balancer go on without it';

export function command(): Command {
  const controlPlane = verb('control-plane');
  withCommonOptions(controlPlane.command('kill'))
    .summary(killSummary)
    .description(killSummary)
    .action(async (_options: object, self: Command) => {
      const pid = await machineryOf(self).machinery.killControlPlane();
      process.stdout.write(`${messagesOf(self).node.controlPlaneKilled(pid)}\n`);
    });
  return controlPlane;
}
