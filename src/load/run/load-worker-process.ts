// The process of one load worker. It ends with its runner, however that ends.

import { LoadWorker, type Send } from './load-worker.ts';
import type { ToWorker } from './messages.ts';

const send: Send = (message, taken = () => {}) => {
  process.send?.(message, taken);
};
let worker: LoadWorker | undefined;

process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group: the runner says what becomes of it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('message', (message: ToWorker) => {
  if (message.type !== 'configure') {
    worker?.take(message);
    return;
  }
  try {
    worker = new LoadWorker(message.config, send);
    send({ type: 'ready' });
  } catch (error) {
    send({ type: 'broken', message: (error as Error).message });
  }
});
