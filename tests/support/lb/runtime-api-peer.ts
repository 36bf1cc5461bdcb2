// HAProxy's side of its runtime API, as far as the connection goes: answers what it is told to, and remembers what it was asked.

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { RuntimeApi } from '../../../src/lb/haproxy/runtime-api.ts';
import type { Ending } from '../ending.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface RuntimeApiPeer {
  readonly api: RuntimeApi;
  /** In order. */
  readonly commands: string[];
  /** As they came in: each holds the commands that came at once. */
  readonly chunks: string[];
  /** Ends the connection. */
  hangUp(): void;
}

export async function runtimeApiPeer(
  t: Ending,
  answer: (command: string) => string = () => '',
): Promise<RuntimeApiPeer> {
  const commands: string[] = [];
  const chunks: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = text.split('\n').slice(0, -1);
      if (lines[0] === 'prompt') return void socket.write('\n> ');
      chunks.push(text);
      commands.push(...lines);
      socket.write(lines.map((line) => `${answer(line)}\n\n> `).join(''));
    });
  });
  const file = path.join(temporaryFolder(t), 'api');
  await once(server.listen(file), 'listening');
  const api = await RuntimeApi.open(file);
  t.after(() => {
    api.close();
    server.close();
  });
  return { api, commands, chunks, hangUp: () => [...sockets].map((socket) => socket.destroy()) };
}
