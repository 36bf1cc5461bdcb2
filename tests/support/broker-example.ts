// A supervised process for tests that answers on a port of its supervisor's network, with the names of the interfaces of its own.

import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { aborted } from '../../src/base/aborted.ts';
import { listenOutside, type OutsidePort } from '../../src/machinery/ports-broker.ts';
import { runSupervised } from '../../src/machinery/supervised.ts';

runSupervised<OutsidePort>(async (port, { signal, ready, onQuestion }) => {
  const opened = await listenOutside(port);
  const server = createServer((socket) => socket.end(JSON.stringify(Object.keys(networkInterfaces()))));
  server.listen(opened);
  onQuestion(() => new Promise((resolve) => server.close(() => resolve('closed'))));
  ready();
  await aborted(signal);
});
