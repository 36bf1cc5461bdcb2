// Breaks a connection so that the other side sees that something is missing, where an ordinary end would say that all has come.

import type { Socket } from 'node:net';

export function reset(socket: Socket): void {
  // TLS cannot be reset from here; its own end, which does not come, says the same. And a socket whose end is on its way refuses to be
  // reset (libuv: EINVAL while it shuts down), upon which Node would leave it open for good.
  if ('encrypted' in socket || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
