// exec and attach over SPDY, as kubectl before 1.30 speaks: one stream for each of stdin, stdout, stderr, the terminal's size and the status.

import type { Duplex } from 'node:stream';
import { type CommandStatus, finish, type RemoteStreams, type StreamWish } from '../remote-command.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';

export const commandProtocol = 'v4.channel.k8s.io';

/** How long a client may take to open its streams, and to leave when all is said. */
const patienceMs = 30_000;

/** Resolves when the client has opened what it asked for. Rejects, and closes, when it does not. */
export async function acceptCommand(carrier: Duplex, wish: StreamWish): Promise<RemoteStreams> {
  const streams = new Map<string, SpdyStream>();
  const complete = Promise.withResolvers<void>();
  const wanted = wantedStreams(wish);
  const connection = new SpdyConnection(carrier, (stream) => {
    streams.set(stream.headers.get('streamtype') ?? '', stream);
    if (wanted.every((name) => streams.has(name))) complete.resolve();
  });
  const failed = (why: string) => () => complete.reject(new Error(why));
  const timer = setTimeout(failed('the client did not open its streams'), patienceMs);
  void connection.closed.then(failed('the client has gone'));
  try {
    await complete.promise;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return remoteStreams(connection, carrier, streams);
}

function wantedStreams({ stdin, stdout, stderr, tty }: StreamWish): string[] {
  const wanted: [string, boolean][] = [
    ['error', true],
    ['stdin', stdin],
    ['stdout', stdout],
    ['stderr', stderr && !tty],
    ['resize', tty],
  ];
  return wanted.flatMap(([name, isWanted]) => (isWanted ? [name] : []));
}

function remoteStreams(
  connection: SpdyConnection,
  carrier: Duplex,
  streams: ReadonlyMap<string, SpdyStream>,
): RemoteStreams {
  const [stdin, stdout, stderr] = ['stdin', 'stdout', 'stderr'].map((name) => streams.get(name));
  return {
    ...{ stdin, stdout, stderr },
    resize: streams.get('resize'),
    gone: connection.closed,
    async end(status: CommandStatus) {
      for (const stream of [stdout, stderr]) if (stream) await finish(stream);
      const last = streams.get('error');
      last?.write(JSON.stringify(status));
      if (last) await finish(last);
      const timer = setTimeout(() => carrier.destroy(), patienceMs);
      connection.close();
      await connection.closed;
      clearTimeout(timer);
    },
  };
}
