// Runs in a pod's network: connects to ports of its loopback and hands the connections to its parent, whose end is its own. See
// InsideConnections.

import { connect } from 'node:net';
import type { InsideAnswer, InsideQuestion } from './inside-messages.ts';

process.on('message', (question) => answer(question as InsideQuestion));
process.on('disconnect', () => process.exit());

function answer({ number, port }: InsideQuestion): void {
  // Whoever takes it reads it, not this process.
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }).pause();
  const refuse = (error: Error) => process.send?.({ number, problem: error.message } satisfies InsideAnswer);
  socket.once('error', refuse);
  socket.once('connect', () => {
    socket.off('error', refuse).on('error', () => {});
    process.send?.({ number } satisfies InsideAnswer, socket, { keepOpen: false });
  });
}
