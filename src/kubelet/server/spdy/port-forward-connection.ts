// port-forward over SPDY (`portforward.k8s.io`), on a connection of its own or inside a WebSocket: every connection that kubectl accepts
// opens two streams, first one for errors, then one for data, which share a request's id.

import type { Duplex } from 'node:stream';
import { type ForwardedPod, forwardPort, portOf } from '../port-forward.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';

export const portForwardProtocol = 'portforward.k8s.io';

/** Resolves when the client has gone. */
export function acceptPortForward(carrier: Duplex, pod: ForwardedPod): Promise<void> {
  const waiting = new Map<string, SpdyStream>();
  const connection = new SpdyConnection(carrier, (stream) => {
    const { headers } = stream;
    const id = headers.get('requestid') ?? headers.get('port') ?? '';
    if (headers.get('streamtype') === 'error') {
      waiting.set(id, stream);
      stream.once('close', () => waiting.delete(id));
      // The client ends its side at once.
      stream.resume();
      return;
    }
    const error = waiting.get(id);
    waiting.delete(id);
    const port = portOf(headers.get('port'));
    if (error && port !== undefined) forwardPort(pod, port, { data: stream, error });
    else stream.destroy();
  });
  return connection.closed;
}
