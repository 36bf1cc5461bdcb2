// What connections cost that do nothing: opened, asked once, and left alone.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** `count` kept connections, each of which has had one answer. */
export async function idleConnections(port: number, count: number): Promise<Disposable> {
  const sockets: Socket[] = [];
  const one = async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write('GET /small HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
  };
  while (sockets.length < count) {
    await Promise.all(Array.from({ length: Math.min(200, count - sockets.length) }, one));
  }
  return {
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
