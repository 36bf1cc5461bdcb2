// The balancer of a cluster as a supervised process. With the control plane dead it goes on with what it knew, and when it is started then it
// begins with what it served last.

import type { BalancerAddresses } from '../balancer/options.ts';
import { aborted } from '../base/aborted.ts';
import { bindPort } from '../base/bound-port.ts';
import { Client } from '../client/client.ts';
import { HttpsTransport, type HttpsTransportOptions } from '../client/https-transport.ts';
import type { EngineName } from '../lb/engine.ts';
import type { OpenPort } from '../lb/engine-options.ts';
import type { AccessLog } from '../lb/model.ts';
import { bindOutside } from '../machinery/ports-broker.ts';
import { runSupervised } from '../machinery/supervised.ts';
import { killEngine } from './balancer-question.ts';
import { Balancing } from './balancing.ts';
import { jsonLogger } from './logger.ts';

export interface BalancerConfig {
  readonly api: Pick<HttpsTransportOptions, 'server' | 'ca' | 'cert' | 'key'>;
  /** What the cluster is called. */
  readonly cluster: string;
  readonly engine: EngineName;
  /** Its own. */
  readonly folder: string;
  /** Every request is a line there. */
  readonly accessLog: AccessLog;
  /** It is on another network than the machine's, where the supervisor opens ports for it. */
  readonly isApart: boolean;
  readonly addresses: BalancerAddresses;
  readonly statistics: {
    /** Of the machine's network, all with the same port. */
    readonly hosts: readonly string[];
    readonly port: number;
    readonly path: string;
    readonly user: string;
    readonly password: string;
  };
}

/** Of the Balancer object. */
const name = 'relevo';

runSupervised<BalancerConfig>(async (config, { signal, ready, onQuestion }) => {
  const transport = new HttpsTransport(config.api);
  const { hosts, port, ...statistics } = config.statistics;
  const open = hosts.map((host) => () => bindOutside({ host, port }));
  const balancing = await Balancing.open({
    ...{ name, engine: config.engine, folder: config.folder, accessLog: config.accessLog },
    addresses: config.addresses,
    client: new Client(transport, { userAgent: 'relevo-balancer' }),
    logger: jsonLogger(),
    openPort: opener(config),
    statistics: { ...statistics, title: config.cluster, open },
  });
  onQuestion((question) => {
    if (question === killEngine) return balancing.killEngine();
    throw new Error(`"${question}" is nothing that a balancer can be asked`);
  });
  const ended = aborted(signal);
  try {
    await Promise.race([balancing.start().then(() => ready()), ended]);
    await ended;
  } finally {
    await balancing.close();
    await transport.close();
  }
});

/** Wherever the supervisor can, it holds the ports, too: who connects while this process is started again waits. */
function opener({ isApart }: BalancerConfig): OpenPort {
  return async ({ address, port, outside }) =>
    isApart && !outside ? bindPort(address, port) : bindOutside({ host: address, port });
}
