// exec and attach over a WebSocket (`v5.channel.k8s.io`, `v4.channel.k8s.io`).

import type { WebSocket } from 'ws';
import { type CommandStatus, finish, type RemoteStreams, type StreamWish } from '../remote-command.ts';
import { ChannelSocket } from './channel-socket.ts';

/** The newest first. */
export const commandProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4 } as const;

export function commandStreams(socket: WebSocket, wish: StreamWish): RemoteStreams {
  const carrier = new ChannelSocket(socket);
  const status = carrier.writer(channels.status);
  const stdout = wish.stdout ? carrier.writer(channels.stdout) : undefined;
  const stderr = wish.stderr && !wish.tty ? carrier.writer(channels.stderr) : undefined;
  carrier.greet(stdout ? channels.stdout : stderr ? channels.stderr : channels.status);
  return {
    stdin: wish.stdin ? carrier.reader(channels.stdin) : undefined,
    ...{ stdout, stderr },
    resize: wish.tty ? carrier.reader(channels.resize) : undefined,
    gone: carrier.gone,
    async end(how: CommandStatus) {
      // The channels share one line: what was said first has to be on it before the end is told.
      for (const writer of [stdout, stderr]) if (writer) await finish(writer);
      status.write(JSON.stringify(how));
      await finish(status);
      await carrier.close();
    },
  };
}
