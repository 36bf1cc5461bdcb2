// relevo balancer: a balancer for whatever cluster a kubeconfig names, in the foreground; and the death of a cluster's own.

import { isIP } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { hostAndPort } from '../api/host-and-port.ts';
import { aborted } from '../base/aborted.ts';
import { Client } from '../client/client.ts';
import { HttpsTransport } from '../client/https-transport.ts';
import type { Connection } from '../client/kubeconfig-connection.ts';
import { AttachedBalancer } from '../daemon/attached-balancer.ts';
import { balancerManifests } from '../daemon/balancer-manifests.ts';
import { engineProblem } from '../daemon/lb-engines.ts';
import { jsonLogger } from '../daemon/logger.ts';
import { type AccessLogFormat, accessLogFormats } from '../lb/access-log/formats.ts';
import { type EngineName, engineNames } from '../lb/engine.ts';
import { reachedAt } from '../machinery/listen-address.ts';
import { connectionFor, type KubeconfigOptions, withKubeconfigOptions } from './any-cluster.ts';
import { applyManifests } from './apply.ts';
import { machineryOf } from './cluster-machinery.ts';
import { countOf } from './count.ts';
import { UsageError } from './errors.ts';
import { interruption } from './interruption.ts';
import { listenOption } from './listen-option.ts';
import type { ManifestObject } from './manifests.ts';
import type { Messages } from './messages/en.ts';
import { messagesOf, verb, withCommonOptions } from './verb.ts';

interface Options extends KubeconfigOptions {
  install?: boolean;
  engine: EngineName;
  as: string;
  listen: string;
  publish?: string;
  httpPort: number;
  httpsPort: number;
  statisticsPort: number;
  loadBalancerCidr?: string;
  accessLog?: string;
  accessLogFormat: AccessLogFormat;
}

const port = countOf('ports', 65_535);
const killSummary =
  "kill this cluster's balancer with -9: it is started again, and who connects meanwhile waits";

export function command(): Command {
  const balancer = withKubeconfigOptions(verb('balancer'))
    .option(
      '--install',
      "first apply Relevo's kinds, and a ServiceAccount with the rights that a balancer needs",
    )
    .addOption(
      new Option('--engine <engine>', 'what moves the traffic').choices(engineNames).default('embedded'),
    )
    .addOption(
      new Option('--as <balancer>', 'what it calls itself in the cluster').default(
        ownName(),
        'by the name of this machine',
      ),
    )
    .addOption(listenOption('at which Ingresses and statistics are reached').default('127.0.0.1'))
    .option(
      '--publish <address>',
      'where Ingresses are told to be found (default: where they are served)',
      ip,
    )
    .option('--http-port <port>', 'for Ingresses', port, 8080)
    .option('--https-port <port>', 'for Ingresses with TLS', port, 8443)
    .option('--statistics-port <port>', 'for the statistics', port, 8404)
    .option(
      '--load-balancer-cidr <cidr>',
      'addresses of this machine for LoadBalancer Services (default: none)',
    )
    .option('--access-log <file>', 'write each request down there (default: nowhere)')
    .addOption(new Option('--access-log-format <format>', 'how').choices(accessLogFormats).default('httplog'))
    .action(async (options: Options, self: Command) => run(options, messagesOf(self)));
  addKill(balancer);
  return balancer;
}

function addKill(parent: Command): void {
  withCommonOptions(parent.command('kill'))
    .summary(killSummary)
    .description(killSummary)
    .option('--engine', 'kill only what moves its traffic')
    .action(async ({ engine = false }: { engine?: boolean }, self: Command) => {
      const killed = await machineryOf(self).machinery.killBalancer({ engine });
      const { balancer: say } = messagesOf(self);
      print(engine ? say.engineKilled(killed.engine, killed.pid) : say.killed());
    });
}

async function run(options: Options, { balancer: say }: Messages): Promise<void> {
  const signal = interruption();
  const connection = await connectionFor(options);
  if (!connection) throw new UsageError('name the cluster with --kubeconfig or --context');
  const problem = await engineProblem(options.engine);
  if (problem !== undefined) throw new Error(problem);
  if (options.install) await install(connection, say, signal);
  const balancer = await AttachedBalancer.start(attachment(connection, options), signal);
  try {
    tell(balancer, connection, options, say);
    await aborted(signal);
  } finally {
    process.stderr.write(`\n${say.stopping()}\n`);
    await balancer.close();
  }
}

function attachment({ transport }: Connection, options: Options) {
  const {
    engine,
    as: name,
    listen: address,
    publish: published,
    httpPort,
    httpsPort,
    statisticsPort,
    loadBalancerCidr,
    accessLog: file,
    accessLogFormat: format,
  } = options;
  const logger = jsonLogger(process.env.RELEVO_LOG || 'warn');
  const ports = { httpPort, httpsPort, statisticsPort };
  const accessLog = file === undefined ? undefined : { format, file: path.resolve(file) };
  return {
    ...ports,
    connection: transport,
    engine,
    name,
    address,
    published,
    loadBalancerCidr,
    accessLog,
    logger,
  };
}

async function install(
  { transport: connection }: Connection,
  say: Messages['balancer'],
  signal: AbortSignal,
): Promise<void> {
  const transport = new HttpsTransport(connection);
  try {
    const manifests = balancerManifests().map((object) => ({
      object: object as ManifestObject,
      source: '--install',
    }));
    const client = new Client(transport, { userAgent: 'relevo-cli' });
    const applied = await applyManifests(client, manifests, () => {}, signal);
    const refused = applied.find(({ error }) => error !== undefined);
    if (refused) throw new Error(`${refused.name} cannot be installed: ${refused.error}`);
    print(say.installed(applied.map(({ name }) => name).join(', ')));
  } finally {
    await transport.close();
  }
}

function tell(
  { statistics }: AttachedBalancer,
  { transport }: Connection,
  { as: name, listen, httpPort, httpsPort }: Options,
  say: Messages['balancer'],
): void {
  const hosts = reachedAt(listen);
  const urls = (scheme: string, at: number) => hosts.map((host) => `${scheme}://${hostAndPort(host, at)}`);
  print(say.serves(String(transport.server), name));
  print(say.ingress([...urls('http', httpPort), ...urls('https', httpsPort)].join(' ')));
  if (statistics) {
    const { url, others = [], user, password } = statistics;
    print(say.statistics([url, ...others].join(' '), user, password));
  }
  print(say.howToStop());
}

function ip(text: string): string {
  if (isIP(text)) return text;
  throw new InvalidArgumentError('it is an IP address.');
}

/** Of this machine, as an object may be called. */
function ownName(): string {
  const name = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `balancer-${name || 'one'}`.slice(0, 63).replace(/-+$/, '');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
