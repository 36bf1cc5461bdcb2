// relevo status: how a cluster is, from its supervisor and from its API; also when the API does not answer.

import type { Command } from 'commander';
import { hasEnded } from '../api/core/pod-phase.ts';
import { isReady } from '../api/core/readiness.ts';
import type { ServiceUrl } from '../api/core/service-urls.ts';
import type { V1Deployment, V1Node, V1Pod } from '../api/generated/types.ts';
import type { Client } from '../client/client.ts';
import { deployments, nodes, pods, services } from '../client/resources.ts';
import type { BalancerStatus } from '../machinery/balancer-status.ts';
import type { ClusterDir, RuntimeRecord } from '../machinery/cluster-dir.ts';
import { callControl } from '../machinery/control-socket.ts';
import type { MachineStatus } from '../machinery/machinery.ts';
import type { NetworkStatus } from '../machinery/network-status.ts';
import { RemoteMachinery } from '../machinery/remote-machinery.ts';
import type { ChildStatus } from '../machinery/supervised-child.ts';
import { withClient } from './cluster-client.ts';
import type { Messages } from './messages/en.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { withProgress } from './progress.ts';
import { reachedUrls } from './service-reach.ts';
import { clusterOf, messagesOf, verb } from './verb.ts';

interface NodeStatus {
  readonly name: string;
  readonly ready: boolean;
  /** That are bound to it and have not ended. */
  readonly pods: number;
}

interface WorkloadStatus {
  readonly namespace: string;
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

/** What the API says. */
interface ApiStatus {
  readonly nodes: readonly NodeStatus[];
  readonly deployments: readonly WorkloadStatus[];
  readonly services: readonly ServiceUrl[];
}

/** What `-o json` prints. */
type ClusterStatus = RunningStatus | { readonly name: string; readonly state: 'unknown' | 'stopped' };

interface RunningStatus extends Partial<ApiStatus> {
  readonly name: string;
  readonly state: 'running';
  /** ISO 8601. */
  readonly since: string;
  readonly apiUrl: string;
  readonly apiAnswers: boolean;
  readonly processes: readonly ChildStatus[];
  /** Undefined between simulated nodes. */
  readonly network?: NetworkStatus;
  /** Undefined before simulated nodes. */
  readonly balancer?: BalancerStatus;
  /** What the machine knows of the nodes; empty when they are simulated. */
  readonly machines: readonly MachineStatus[];
}

export function command(): Command {
  return verb('status')
    .addOption(outputOption())
    .addHelpText('after', '\nThe exit code is 0 when the cluster runs and its API answers, else 1.')
    .action(async ({ output }: { output: OutputFormat }, self: Command) => {
      const messages = messagesOf(self);
      const cluster = clusterOf(self);
      const status = await withProgress(messages.up.applying(), statusOf(cluster));
      printResult(output, status, () => textOf(status, messages));
      if (status.state !== 'running' || !status.apiAnswers) process.exitCode = 1;
    });
}

async function statusOf(cluster: ClusterDir): Promise<ClusterStatus> {
  const running = cluster.running();
  const { name } = cluster;
  if (!running) return { name, state: cluster.readKubeconfig() === undefined ? 'unknown' : 'stopped' };
  return runningStatus(cluster, running);
}

async function runningStatus(cluster: ClusterDir, running: RuntimeRecord): Promise<RunningStatus> {
  const ask = <T>(verb: string) => callControl<T | null>(cluster.controlSocket, verb, undefined, 5000);
  const asked = ask<BalancerStatus>('balancer').catch(() => null);
  const [processes, network, balancer, machines, api] = await Promise.all([
    ask<ChildStatus[]>('list').then(
      (list) => list ?? [],
      () => [],
    ),
    ask<NetworkStatus>('network').catch(() => null),
    asked,
    new RemoteMachinery(cluster).nodes().catch(() => []),
    withClient(cluster, (client) => askApi(client, asked), { requestTimeoutMs: 5000 }).catch(() => undefined),
  ]);
  const { name } = cluster;
  const { startedAt: since, apiUrl } = running;
  const apiAnswers = api !== undefined;
  const known = {
    processes,
    network: network ?? undefined,
    balancer: balancer ?? undefined,
    machines,
    ...api,
  };
  return { name, state: 'running', since, apiUrl, apiAnswers, ...known };
}

async function askApi(client: Client, asked: Promise<BalancerStatus | null>): Promise<ApiStatus> {
  const [nodeList, podList, deploymentList, serviceList, balancer] = await Promise.all([
    client.resource(nodes).list(),
    client.resource(pods).list(),
    client.resource(deployments).list(),
    client.resource(services).list(),
    asked,
  ]);
  return {
    nodes: nodeList.items.map((node) => nodeStatus(node, podList.items)),
    deployments: deploymentList.items.map(workloadStatus),
    services: reachedUrls(serviceList.items, balancer ?? undefined),
  };
}

function nodeStatus(node: V1Node, all: readonly V1Pod[]): NodeStatus {
  const name = node.metadata.name ?? '';
  const live = all.filter((pod) => pod.spec?.nodeName === name && !hasEnded(pod));
  return { name, ready: isReady(node), pods: live.length };
}

function workloadStatus({ metadata, spec, status }: V1Deployment): WorkloadStatus {
  const { namespace = '', name = '' } = metadata;
  return { namespace, name, ready: status?.readyReplicas ?? 0, wanted: spec?.replicas ?? 0 };
}

function textOf(status: ClusterStatus, messages: Messages): string {
  const { status: say } = messages;
  if (status.state === 'running') return runningText(status, messages);
  return status.state === 'unknown' ? say.unknown(status.name) : say.notRunning(status.name);
}

function runningText(status: RunningStatus, messages: Messages): string {
  const { status: say } = messages;
  const { deployments: workloads = [], services: urls = [] } = status;
  return [
    say.running(status.name, new Date(status.since).toLocaleString()),
    say.api(status.apiUrl, status.apiAnswers ? say.answers() : say.doesNotAnswer()),
    ...(status.network ? [say.network(networkText(status.network, say))] : []),
    ...(status.balancer ? balancerLines(status.balancer, messages) : []),
    ...status.processes.map((child) => processText(child, say)),
    ...nodeLines(status, messages),
    ...status.machines.flatMap(({ heldPods }) => heldPods.map(heldLine(say))),
    ...workloads.map(({ namespace, name, ready, wanted }) =>
      say.workload(shortName(namespace, name), ready, wanted),
    ),
    ...urls.map(({ namespace, name, url }) => say.service(shortName(namespace, name), url)),
  ].join('\n');
}

function balancerLines(balancer: BalancerStatus, { up, status: say }: Messages): string[] {
  const { engine, accessLog, ingress, statistics } = balancer;
  const { url, others = [], user, password } = statistics;
  return [
    say.balancer(engine, accessLog),
    up.ingress([...ingress.http, ...ingress.https].join(' ')),
    up.statistics([url, ...others].join(' '), user, password),
  ];
}

function networkText(network: NetworkStatus, say: Messages['status']): string {
  if (network.name === 'loopback') return say.sharedNetwork();
  const { whyNoEgress, hostAddress = '' } = network;
  return whyNoEgress === undefined ? say.ownNetworks(hostAddress) : say.noEgress(whyNoEgress);
}

/** Of a node that was frozen or stopped that is told, not what the API makes of it; without the API, what the machine knows. */
function nodeLines({ nodes: seen, machines }: RunningStatus, { status: say, node }: Messages): string[] {
  if (!seen) return machines.map(({ name, state, pods }) => say.node(name, node.states[state], pods.length));
  return seen.map(({ name, ready, pods: count }) => {
    const state = machines.find((machine) => machine.name === name)?.state;
    const isAway = state === 'frozen' || state === 'stopped';
    return say.node(name, isAway ? node.states[state] : ready ? say.ready() : say.notReady(), count);
  });
}

function heldLine(say: Messages['status']): (pod: string) => string {
  return (pod) => {
    const [namespace = '', name = ''] = pod.split('/');
    return say.held(shortName(namespace, name), namespace === 'default' ? name : `${name} -n ${namespace}`);
  };
}

function processText({ name, state, pid, lastError = '' }: ChildStatus, say: Messages['status']): string {
  return pid === undefined ? say.waiting(name, lastError || state) : say.process(name, state, pid);
}

function shortName(namespace: string, name: string): string {
  return namespace === 'default' ? name : `${namespace}/${name}`;
}
