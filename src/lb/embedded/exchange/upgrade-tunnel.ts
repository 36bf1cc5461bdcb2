// A connection that is not HTTP any more: 101 has been said, and from here on bytes are passed on both ways. A WebSocket is told when its
// server goes (RFC 6455 section 7.4.1: 1001).

import type { Socket } from 'node:net';
import type { Dispatch, Grant, LostServer } from '../dispatch.ts';
import { forwardResponse } from '../wire/forward-response.ts';
import type { ResponseHead } from '../wire/heads.ts';
import { keepPiece } from './kept-piece.ts';
import type { Request } from './request.ts';
import { Tunnel, tunnelFlags } from './tunnel.ts';
import type { SlotUser, UpstreamPool } from './upstream-pool.ts';
import { WebSocketFrames } from './websocket-frames.ts';

export interface UpgradeOptions {
  readonly request: Request;
  readonly server: Socket;
  /** Of the answer 101. */
  readonly head: ResponseHead;
  /** What the server sent behind it. */
  readonly rest: Buffer;
  readonly grant: Grant;
  readonly dispatch: Dispatch;
  readonly pool: UpstreamPool;
}

/** Close, with the status 1001: "going away". */
const goingAway = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

/** The grant is released when the tunnel ends, and the record told. */
export function openUpgradeTunnel(options: UpgradeOptions): void {
  const { request, server, head, rest, grant, dispatch, pool } = options;
  const { client, record } = request;
  const rules = request.route?.responseHeaders;
  const text = forwardResponse(head, { clientMinor: 1, keepAlive: true, rules });
  record.status = 101;
  record.bytesOut += text.length + rest.length;
  client.write(text);
  const { socket, rest: early } = client.becomeTunnel();
  if (rest.length > 0) socket.write(rest);
  keepPiece();
  if (early !== undefined) {
    record.bytesIn += early.length;
    server.write(early);
  }
  dispatch.works?.(grant);

  const frames = head.upgrade?.toLowerCase() === 'websocket' ? new WebSocketFrames() : undefined;
  frames?.take(rest);
  const user: SlotUser = {
    serverLost: (why: LostServer['why']) => {
      if (why === 'gone') return;
      if (frames?.isBetween) tunnel.leave(goingAway);
      else tunnel.close();
    },
  };
  const tunnel = new Tunnel(socket, server, {
    idleMs: dispatch.backend.timeouts.tunnelMs,
    tap: frames && ((chunk) => frames.take(chunk)),
    moved: (bytesIn, bytesOut) => {
      dispatch.moved?.(grant, bytesIn, bytesOut);
      record.moved(bytesIn, bytesOut);
    },
    ended: (how, failed) => {
      record.tunnelEnded(tunnelFlags(how, failed));
      pool.leave(grant, user);
      dispatch.release(grant, { type: 'answered', status: 101 });
    },
  });
  pool.join(grant, user);
}
