// relevo server: how balancers treat the servers of Services, in HAProxy's words. What is asked for is written on the pod or the node, so it
// outlives balancers, and those that are away do it when they are back.

import { type Command, InvalidArgumentError } from 'commander';
import { stateAnnotation, weightAnnotation } from '../api/relevo/server-annotations.ts';
import { type KubeconfigOptions, withAnyClient, withKubeconfigOptions } from './any-cluster.ts';
import type { Messages } from './messages/en.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { annotateServer, type ServerName } from './server-annotation.ts';
import { type ListedServer, listServers } from './server-list.ts';
import { tableText } from './table.ts';
import { messagesOf, verb, withCommonOptions } from './verb.ts';

interface Options extends KubeconfigOptions {
  namespace: string;
}

interface ListOptions extends KubeconfigOptions {
  namespace?: string;
  output: OutputFormat;
}

const states = {
  ready: 'let it serve again',
  drain: 'give it no new users; those whose cookie names it stay',
  maint: 'give it nobody; what is under way ends by itself',
} as const;

const heaviest = 256;

export function command(): Command {
  const server = verb('server');
  addList(server);
  for (const [state, summary] of Object.entries(states)) addState(server, state, summary);
  addWeight(server);
  return server;
}

function addList(parent: Command): void {
  below(parent, 'list', 'list them as the balancers report them, with the share of each')
    .argument('[service]')
    .option('-n, --namespace <namespace>', 'where the Service is (default: everywhere)')
    .addOption(outputOption())
    .action(async (service: string | undefined, options: ListOptions, self: Command) => {
      const { namespace = service === undefined ? undefined : 'default' } = options;
      const servers = await withAnyClient(self, options, (client) =>
        listServers(client, { namespace, service }),
      );
      printResult(options.output, servers, () => listText(servers, messagesOf(self).server));
    });
}

function addState(parent: Command, state: string, summary: string): void {
  onOne(parent, state, summary).action(
    async (service: string, server: string, options: Options, self: Command) => {
      // It is what no annotation means, too.
      await annotate(self, options, { service, server }, stateAnnotation, state === 'ready' ? null : state);
      process.stdout.write(`${messagesOf(self).server.state(server, state)}\n`);
    },
  );
}

function addWeight(parent: Command): void {
  onOne(parent, 'weight', `say how much of the traffic it gets, against the others: 0 to ${heaviest}`)
    .argument('<weight>', 'those without one have 1', weightOf)
    .action(async (service: string, server: string, weight: number, options: Options, self: Command) => {
      await annotate(self, options, { service, server }, weightAnnotation, String(weight));
      process.stdout.write(`${messagesOf(self).server.weight(server, weight)}\n`);
    });
}

function onOne(parent: Command, name: string, summary: string): Command {
  return below(parent, name, summary)
    .argument('<service>')
    .argument('<server>', 'the name of a pod, or of a node')
    .option('-n, --namespace <namespace>', 'where the Service is', 'default');
}

function below(parent: Command, name: string, summary: string): Command {
  const command = withCommonOptions(parent.command(name)).summary(summary).description(summary);
  return withKubeconfigOptions(command);
}

function annotate(
  self: Command,
  options: Options,
  { service, server }: Omit<ServerName, 'namespace'>,
  annotation: string,
  value: string | null,
): Promise<void> {
  const name = { namespace: options.namespace, service, server };
  return withAnyClient(self, options, (client) => annotateServer(client, name, { [annotation]: value }));
}

function listText(servers: readonly ListedServer[], messages: Messages['server']): string {
  if (servers.length === 0) return messages.none();
  const rows = servers.map((server) => [
    ...[server.backend, server.name, server.role, server.state],
    ...[server.ejected ? messages.ejected() : server.health, server.active ? messages.yes() : messages.no()],
    ...[
      String(server.weight),
      `${(server.share * 100).toFixed(0)} %`,
      server.node ?? '',
      server.reason ?? '',
    ],
  ]);
  const unawaited = servers.filter(({ departuresAwaited }) => departuresAwaited === false);
  const notes = [...new Set(unawaited.map(({ balancer }) => messages.notAwaited(balancer)))];
  return [tableText([messages.columns(), ...rows]), ...notes].join('\n');
}

function weightOf(text: string): number {
  const weight = Number(text);
  if (/^\d+$/.test(text) && weight <= heaviest) return weight;
  throw new InvalidArgumentError(`a weight is a whole number from 0 to ${heaviest}.`);
}
