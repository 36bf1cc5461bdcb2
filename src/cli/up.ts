// relevo up: starts a cluster, applies manifests to it, says how to reach it all, and runs until Ctrl-C, or in the background.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { awaitsAddress, type ServiceUrl } from '../api/core/service-urls.ts';
import { aborted } from '../base/aborted.ts';
import { systemClock } from '../base/clock.ts';
import { sleep } from '../base/sleep.ts';
import type { Client } from '../client/client.ts';
import { services } from '../client/resources.ts';
import { startBackgroundCluster } from '../daemon/background-cluster.ts';
import { type Cluster, type ClusterEvent, type ClusterInfo, startCluster } from '../daemon/cluster.ts';
import { mostNodes, type RuntimeName, readSettings, runtimeNames } from '../daemon/cluster-settings.ts';
import { type NetworkChoice, networkChoices } from '../daemon/premises/networks.ts';
import { type AccessLogFormat, accessLogFormats } from '../lb/access-log/formats.ts';
import { type EngineName, engineNames } from '../lb/engine.ts';
import { isStatisticsPath } from '../lb/statistics/statistics-path.ts';
import type { BalancerStatus } from '../machinery/balancer-status.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { listenAddress } from '../machinery/listen-address.ts';
import type { Applied } from './apply.ts';
import { withClient } from './cluster-client.ts';
import { countOf } from './count.ts';
import { UsageError } from './errors.ts';
import { interruption } from './interruption.ts';
import { listenOption } from './listen-option.ts';
import type { Manifest } from './manifests.ts';
import type { Messages } from './messages/en.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { withProgress } from './progress.ts';
import { reachedUrls } from './service-reach.ts';
import { clusterOf, messagesOf, verb } from './verb.ts';

interface Options {
  filename: string[];
  nodes?: number;
  runtime?: RuntimeName;
  network?: NetworkChoice;
  engine?: EngineName;
  accessLogFormat?: AccessLogFormat;
  statisticsPath?: string;
  listen?: string;
  data?: string;
  apiPort?: number;
  detach?: boolean;
  output: OutputFormat;
}

/** What `-o json` prints. */
interface UpResult extends ClusterInfo {
  readonly name: string;
  readonly kubeconfig: string;
  readonly services: readonly ServiceUrl[];
  readonly applied: readonly Applied[];
}

export function command(): Command {
  return verb('up')
    .option('-f, --filename <path>', 'apply a file, a folder or - (repeatable)', collect, [])
    .option(
      '--nodes <count>',
      'how many nodes (default: as last time, at first 3)',
      countOf('nodes', mostNodes),
    )
    .addOption(
      new Option(
        '--runtime <kind>',
        'what pods are made of (default: as last time, at first process)',
      ).choices(runtimeNames),
    )
    .addOption(
      new Option(
        '--network <kind>',
        'how nodes are connected: netns gives each node and pod a network of its own, auto does so where that is possible (default: as last time, at first auto)',
      ).choices(networkChoices),
    )
    .addOption(
      new Option(
        '--engine <engine>',
        'what moves the traffic (default: as last time, at first embedded)',
      ).choices(engineNames),
    )
    .addOption(
      new Option(
        '--access-log-format <format>',
        'how the balancer writes requests down (default: as last time, at first httplog)',
      ).choices(accessLogFormats),
    )
    .option(
      '--statistics-path <path>',
      "of the page of the balancer's statistics (default: as last time, at first /stats)",
      pathOf,
    )
    .addOption(
      listenOption(
        'at which Ingresses, node ports and statistics are reached besides 127.0.0.1 (default: as last time, at first 127.0.0.1)',
      ),
    )
    .option('--data <folder>', 'keep the data there')
    .option(
      '--api-port <port>',
      'this port and no other (default: 6443 or the next free one)',
      countOf('ports', 65_535),
    )
    .option('--detach', 'go on in the background once it is ready')
    .addOption(outputOption())
    .action(async (options: Options, self: Command) => {
      const cluster = clusterOf(self, options.data);
      const manifests = await manifestsOf(options);
      addressIsThere(cluster, options);
      await engineIsThere(cluster, options);
      const run: Run = { cluster, options, manifests, messages: messagesOf(self), signal: interruption() };
      await (options.detach ? upInBackground(run) : upInForeground(run));
    });
}

interface Run {
  readonly cluster: ClusterDir;
  readonly options: Options;
  readonly manifests: readonly Manifest[];
  readonly messages: Messages;
  readonly signal: AbortSignal;
}

/** Bad manifests are told before anything is started. */
async function manifestsOf({ filename }: Options): Promise<Manifest[]> {
  if (filename.length === 0) return [];
  const { readManifests } = await import('./manifests.ts');
  return readManifests(filename);
}

/** One that was chosen before, and is another network's, is told before anything is started. */
function addressIsThere({ data }: ClusterDir, options: Options): void {
  const kept = readSettings(data);
  const { listen = kept.listen, runtime = kept.runtime } = options;
  const found = runtime === 'simulated' ? undefined : listenAddress(listen);
  if (!found || 'address' in found) return;
  const what = `the balancer is to listen on ${listen}, as last time: ${found.problem}`;
  throw new UsageError(`${what} --listen takes another one, or 127.0.0.1 to be for this machine only`);
}

/** One that was chosen, now or before, and cannot run is told before anything is started. */
async function engineIsThere({ data }: ClusterDir, { engine, runtime }: Options): Promise<void> {
  const chosen = engine ?? readSettings(data).engine;
  if (chosen === 'embedded' || runtime === 'simulated') return;
  // Loaded when it is wanted: it brings the engines along.
  const { engineProblem } = await import('../daemon/lb-engines.ts');
  const problem = await engineProblem(chosen);
  if (problem !== undefined) throw new Error(problem);
}

async function upInBackground(run: Run): Promise<void> {
  const { cluster, options, messages, signal } = run;
  const events = new Events(run);
  const starting = startBackgroundCluster(cluster, options, events.take, signal);
  const info = await withProgress(messages.up.starting(cluster.name), starting);
  await settle(run, info, events);
  if (options.output === 'text') say(messages.up.howToStopDetached(downCommand(cluster)));
}

/** What stops this cluster, as it has to be typed. */
function downCommand({ name }: ClusterDir): string {
  return name === 'default' ? 'relevo down' : `relevo down --name ${name}`;
}

async function upInForeground(run: Run): Promise<void> {
  const { cluster: dir, options, messages, signal } = run;
  const events = new Events(run);
  const starting = startCluster(dir, options, events.take, signal);
  const cluster = await withProgress(messages.up.starting(dir.name), starting);
  try {
    await settle(run, cluster.info, events);
    if (options.output === 'text') say(messages.up.howToStop());
    await aborted(signal);
  } finally {
    await stop(cluster, messages);
  }
}

async function stop(cluster: Cluster, { up }: Messages): Promise<void> {
  process.stderr.write(`\n${up.stopping()}\n`);
  await cluster.close();
  process.stderr.write(`${up.stopped()}\n`);
}

/** Applies the manifests and prints all there is to know. What was refused makes the exit code 1; the cluster goes on. */
async function settle(run: Run, info: ClusterInfo, events: Events): Promise<void> {
  const { cluster, options, messages, signal } = run;
  events.print();
  const { name, kubeconfig } = cluster;
  if (options.output === 'text') {
    say(messages.up.kubeconfig(kubeconfig));
    say(messages.up.nodes(nodesText(info.nodes)));
    if (info.stoppedNodes.length > 0) say(messages.node.stayStopped(info.stoppedNodes.join(', ')));
    if (info.balancer) sayBalancer(info.balancer, messages);
    if (info.network === 'netns') say(messages.up.ownNetworks());
    if (info.network === 'loopback' && info.isolated) note(messages.up.networkIsYours());
  }
  const { applied, services } = await withProgress(
    messages.up.applying(),
    withClient(cluster, (client) => furnish(client, run, info)),
  );
  if (applied.some(({ error }) => error !== undefined)) process.exitCode = 1;
  signal.throwIfAborted();
  const result: UpResult = { name, ...info, kubeconfig, services, applied };
  printResult(options.output, result, () => resultText(result, messages));
}

function sayBalancer({ ingress, statistics }: BalancerStatus, { up }: Messages): void {
  say(up.ingress([...ingress.http, ...ingress.https].join(' ')));
  const { url, others = [], user, password } = statistics;
  say(up.statistics([url, ...others].join(' '), user, password));
}

/** Many nodes are not listed one by one. */
function nodesText(nodes: readonly string[]): string {
  return nodes.length <= 8 ? nodes.join(', ') : `${nodes[0]} … ${nodes.at(-1)}`;
}

async function furnish(
  client: Client,
  { manifests, signal }: Run,
  { balancer }: ClusterInfo,
): Promise<{ applied: Applied[]; services: ServiceUrl[] }> {
  const applied = manifests.length === 0 ? [] : await apply(client, manifests, signal);
  return { applied, services: await servicesOf(client, balancer, signal) };
}

async function apply(
  client: Client,
  manifests: readonly Manifest[],
  signal: AbortSignal,
): Promise<Applied[]> {
  const { applyManifests } = await import('./apply.ts');
  return applyManifests(client, manifests, refusal, signal);
}

function refusal({ source, name, error }: Applied): void {
  if (error !== undefined) process.stderr.write(`relevo: ${source}: ${name}: ${error}\n`);
}

/** Waits a little for the addresses of LoadBalancers. */
async function servicesOf(
  client: Client,
  balancer: BalancerStatus | undefined,
  signal: AbortSignal,
): Promise<ServiceUrl[]> {
  const deadline = systemClock.monotonic() + 3000;
  for (;;) {
    const { items } = await client.resource(services).list({ signal });
    if (!items.some(awaitsAddress) || systemClock.monotonic() > deadline || signal.aborted)
      return reachedUrls(items, balancer);
    await sleep(systemClock, 50, signal);
  }
}

function resultText({ applied, services }: UpResult, { up }: Messages): string {
  const names = applied.flatMap(({ name, error }) => (error === undefined ? [name] : []));
  const lines = names.length > 0 ? [up.applied(names.join(', '))] : [];
  for (const { namespace, name, url } of services) {
    lines.push(up.service(namespace === 'default' ? name : `${namespace}/${name}`, url));
  }
  return lines.join('\n');
}

/** What happens meanwhile: kept until the progress line is gone, then printed as it comes. */
class Events {
  readonly #run: Run;
  #kept: ClusterEvent[] | undefined = [];

  constructor(run: Run) {
    this.#run = run;
  }

  readonly take = (event: ClusterEvent): void => {
    if (this.#kept) this.#kept.push(event);
    else this.#print(event);
  };

  print(): void {
    for (const event of this.#kept ?? []) this.#print(event);
    this.#kept = undefined;
  }

  #print(event: ClusterEvent): void {
    const { up } = this.#run.messages;
    if (event.type === 'portTaken') note(up.portTaken(event.wanted, event.instead));
    if (event.type === 'sharedNetwork') note(up.sharedNetwork(event.whyNot));
    if (event.type === 'plainProcesses') note(up.processesAreYours(event.whyNot));
    if (event.type === 'networkLost') note(up.networkLost());
    if (event.type === 'noEgress') note(up.noEgress(event.whyNot));
    if (event.type === 'process') {
      const { name, state, lastError = '' } = event.status;
      note(state === 'running' ? up.runsAgain(name) : up.died(name, lastError));
    }
    if (event.type === 'apiReady' && this.#run.options.output === 'text') {
      say(up.apiReady(event.url, event.seconds.toFixed(1)));
    }
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Not part of the result. */
function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function pathOf(text: string): string {
  if (isStatisticsPath(text)) return text;
  throw new InvalidArgumentError(
    'it begins with a slash, and has at most one "?", and no blank, "#" or ";".',
  );
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
