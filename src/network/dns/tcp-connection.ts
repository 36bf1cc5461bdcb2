// One connection to a name server: any number of queries, each answered when it can be (RFC 7766).

import type { Socket } from 'node:net';
import { TcpMessages, withLength } from './tcp-messages.ts';

/** Without a query for so long a connection is closed. */
const idleMs = 10_000;
/** A client that does not read its answers is let go. */
const mostUnreadBytes = 1 << 20;

/** `answer` never rejects; undefined: there is none. */
export function serveConnection(
  socket: Socket,
  longestQuery: number,
  answer: (query: Buffer) => Promise<Buffer | undefined>,
): void {
  const messages = new TcpMessages(longestQuery);
  let open = 0;
  let hasEnded = false;
  const serve = async (query: Buffer) => {
    open++;
    const response = await answer(query);
    open--;
    if (response && socket.writable) socket.write(withLength(response));
    if (socket.writableLength > mostUnreadBytes) socket.destroy();
    if (hasEnded && open === 0) socket.end();
  };
  socket.setTimeout(idleMs, () => socket.destroy());
  // It is gone: nobody waits for anything.
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const query of messages.push(chunk)) void serve(query);
    } catch {
      socket.destroy();
    }
  });
  socket.on('end', () => {
    hasEnded = true;
    if (open === 0) socket.end();
  });
}
