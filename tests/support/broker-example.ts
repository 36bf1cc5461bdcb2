// A supervised process for tests that answers on a port of its supervisor's network, with the names of the interfaces of its own.

import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { aborted } from '../../src/base/aborted.ts';
import type { OutsidePort } from '../../src/machinery/held-ports.ts';
import { bindOutside, listenOutside } from '../../src/machinery/ports-broker.ts';
import { runSupervised } from '../../src/machinery/supervised.ts';

export interface BrokerExampleConfig extends OutsidePort {
  /** The supervisor holds the port, too. */
  readonly held?: boolean;
}

runSupervised<BrokerExampleConfig>(async ({ held, ...port }, { signal, ready, onQuestion }) => {
  const opened = held ? await bindOutside(port) : await listenOutside(port);
  const server = createServer((socket) => socket.end(JSON.stringify(Object.keys(networkInterfaces()))));
  server.listen(opened as Server);
  onQuestion(() => new Promise((resolve) => server.close(() => resolve('closed'))));
  ready();
  await aborted(signal);
});
