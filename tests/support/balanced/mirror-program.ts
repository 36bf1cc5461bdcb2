// What runs in a pod of tests that want to know how a request arrived: answers each with itself as JSON, and WebSockets with what they say.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Mirrored {
  readonly pod: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const { HOST, PORT, HOSTNAME } = process.env;
/** RFC 6455, section 4.2.2. */
const websocketKey = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const server = createServer((request, response) => {
  const { method, url, headers } = request;
  response.setHeader('x-inner', 'secret');
  response.end(JSON.stringify({ pod: HOSTNAME, method, url, headers }));
});

server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${websocketKey}`);
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(`${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`);
  socket.on('error', () => {});
  socket.on('data', (frame: Buffer) => {
    const isClose = ((frame[0] ?? 0) & 0x0f) === 8;
    if (isClose) socket.end(unmasked(frame));
    else socket.write(unmasked(frame));
  });
});

/** Short frames, one at a time: more is not said to it. */
function unmasked(frame: Buffer): Buffer {
  const length = (frame[1] ?? 0) & 0x7f;
  const payload = frame.subarray(6, 6 + length).map((byte, index) => byte ^ Number(frame[2 + (index % 4)]));
  return Buffer.concat([Buffer.from([frame[0] ?? 0, length]), payload]);
}

process.on('SIGTERM', () => process.exit(0));
server.listen(Number(PORT), HOST);
