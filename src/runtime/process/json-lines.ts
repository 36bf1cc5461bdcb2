// JSON values over a stream, one per line.

import type { Socket } from 'node:net';

/** Calls `receive` for every whole line. A line that is no JSON destroys the socket: the other side is not who it should be. */
export function onJsonLines(socket: Socket, receive: (value: unknown) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const value = parsed(line);
      if (value === undefined) return void socket.destroy(new Error('not a line of JSON'));
      receive(value);
    }
  });
}

export function sendJsonLine(socket: Socket, value: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
