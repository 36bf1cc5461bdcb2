// port-forward over a WebSocket: SPDY tunnelled in it (kubectl 1.31 and newer), or plain channels, two for each port that the request names
// (`v4.channel.k8s.io`: what browsers and other languages' clients speak).

import { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import { type ForwardedPod, forwardPort } from '../port-forward.ts';
import { acceptPortForward } from '../spdy/port-forward-connection.ts';
import { ChannelSocket } from './channel-socket.ts';

const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';
const channelProtocol = 'v4.channel.k8s.io';

export const portForwardProtocols = [tunnelProtocol, channelProtocol];

/** `ports` counts only without a tunnel. Resolves when the client has gone. */
export async function servePortForward(
  socket: WebSocket,
  pod: ForwardedPod,
  ports: readonly number[],
): Promise<void> {
  if (socket.protocol === tunnelProtocol) {
    await acceptPortForward(createWebSocketStream(socket), pod);
    return;
  }
  const carrier = new ChannelSocket(socket);
  for (const [i, port] of ports.entries()) {
    const [data, error] = [i * 2, i * 2 + 1];
    const toClient = carrier.writer(data);
    const errors = carrier.writer(error);
    // The first message of both channels names the port they are for.
    const name = Buffer.alloc(2);
    name.writeUInt16LE(port);
    toClient.write(name);
    errors.write(name);
    const both = Duplex.from({ readable: carrier.reader(data), writable: toClient });
    forwardPort(pod, port, { data: both, error: errors });
  }
  await carrier.gone;
}
