// The forwarder of Services as a supervised process.

import { systemClock } from '../base/clock.ts';
import { Client } from '../client/client.ts';
import { HttpsTransport, type HttpsTransportOptions } from '../client/https-transport.ts';
import { listenOutside } from '../machinery/ports-broker.ts';
import { runSupervised } from '../machinery/supervised.ts';
import { ServiceForwarder } from './forwarder.ts';
import { jsonLogger } from './logger.ts';

export interface ForwarderConfig {
  readonly api: Pick<HttpsTransportOptions, 'server' | 'ca' | 'cert' | 'key'>;
  /** See ServiceForwarderOptions. */
  readonly nodePortAddresses?: readonly string[];
  readonly outsideNodePortAddresses?: readonly string[];
  readonly loadBalancerCidr?: string;
}

runSupervised<ForwarderConfig>(async ({ api, ...addresses }, { signal, ready }) => {
  const transport = new HttpsTransport(api);
  const forwarder = new ServiceForwarder({
    client: new Client(transport, { userAgent: 'relevo-forwarder' }),
    clock: systemClock,
    logger: jsonLogger(),
    random: Math.random,
    openOutside: (host, port) => listenOutside({ host, port }),
    ...addresses,
  });
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  await Promise.race([forwarder.start().then(() => ready()), ended]);
  await ended;
  await forwarder.close();
  await transport.close();
});
