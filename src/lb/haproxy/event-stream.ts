// What HAProxy tells as it happens, from its ring in memory: how requests ended that did not go well, and what became of servers.

import { connect, type Socket } from 'node:net';
import { Subscribable } from '../../base/subscribable.ts';
import { eventRing } from './config/global-section.ts';

/** A request that is over; names are those inside of HAProxy. */
export interface Ended {
  readonly frontend: string;
  /** The frontend's own name: it was routed nowhere. */
  readonly backend: string;
  readonly server?: string;
  /** 0: none was sent. */
  readonly status: number;
  /** Two characters: HAProxy's manual, 8.5. */
  readonly termination: string;
  /** No server was usable when the answer was made. */
  readonly isSorry: boolean;
}

/** Something became of a server; names are those inside of HAProxy. */
export interface Changed {
  readonly backend: string;
  readonly entry: string;
}

const endedPattern = /\[ended (\S+) (\S+) (\S+) (-?\d+) (\S\S) (\S+)\]/;

export function parseEnded(line: string): Ended | undefined {
  const match = endedPattern.exec(line);
  if (!match) return undefined;
  const [, frontend = '', backend = '', server = '', status = '', termination = '', outcome = ''] = match;
  return {
    // A connection over TLS has the frontend's name with a ~.
    frontend: frontend.replace(/~$/, ''),
    backend: backend.replace(/~$/, ''),
    ...(server === '<NOSRV>' ? {} : { server }),
    status: Math.max(0, Number(status)),
    termination,
    isSorry: outcome === 'sorry',
  };
}

export function parseChanged(line: string): Changed | undefined {
  const [, backend, entry] = /\bServer ([^\s/]+)\/([^\s,]+)/.exec(line) ?? [];
  return backend === undefined || entry === undefined ? undefined : { backend, entry };
}

export class EventStream {
  readonly ended = new Subscribable<Ended>();
  readonly changed = new Subscribable<Changed>();
  readonly #socket: Socket;
  #rest = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    // The end of the process is heard elsewhere.
    socket.on('error', () => {});
    socket.write(`show events ${eventRing} -w\n`);
  }

  static async open(path: string): Promise<EventStream> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new EventStream(socket);
  }

  /** Idempotent. */
  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const ended = parseEnded(line);
    const changed = ended ? undefined : parseChanged(line);
    if (ended) this.ended.emit(ended);
    if (changed) this.changed.emit(changed);
  }
}
