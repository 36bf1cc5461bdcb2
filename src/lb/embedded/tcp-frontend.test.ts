import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { freePort } from '../../../tests/support/free-port.ts';
import { backendOf, frontendOf } from '../../../tests/support/lb/models.ts';
import { systemClock } from '../../base/clock.ts';
import { Subscribable } from '../../base/subscribable.ts';
import type { Backend } from '../model.ts';
import type { Outcome } from '../outcome.ts';
import type {
  Ask,
  Dispatch,
  EndedRequest,
  FrontendCounters,
  Grant,
  LostServer,
  Observation,
  Refusal,
} from './dispatch.ts';
import { TcpFrontend } from './tcp-frontend.ts';

const host = '127.0.0.1';
const sorry: Refusal = { outcome: 'sorry', page: { retryAfterSeconds: 1, variants: [] }, flags: 'SC' };

/** Answers asks with what it is told to, in order, and remembers what it hears. */
class Script implements Dispatch {
  readonly backend: Backend;
  readonly lost = new Subscribable<LostServer>();
  readonly asks: Ask[] = [];
  readonly seen: string[] = [];
  readonly over: EndedRequest[] = [];
  cancelled = 0;
  readonly #replies: (Grant | Refusal | 'waiting')[];

  constructor(replies: (Grant | Refusal | 'waiting')[], more: Partial<Backend>) {
    this.backend = backendOf([], { mode: 'tcp', ...more });
    this.#replies = replies;
  }

  serverOfCookie(): undefined {
    return undefined;
  }

  cookieOf(): string {
    return '';
  }

  ask(ask: Ask): Grant | Refusal | 'waiting' {
    this.asks.push(ask);
    return this.#replies.shift() ?? sorry;
  }

  cancel(): void {
    this.cancelled += 1;
  }

  release({ serverId }: Grant, seen: Observation): void {
    this.seen.push(`${serverId} ${seen.type}`);
  }

  ended(request: EndedRequest): void {
    this.over.push(request);
  }
}

function grant(serverId: string, port: number, slot = 1): Grant {
  return { slot, serverId, serverName: serverId, address: host, port, queuedMs: 0, moved: false };
}

/** What a frontend counts: the connections that are open, and how they ended. */
class Counts implements FrontendCounters {
  open = 0;
  began = 0;
  readonly outcomes: Outcome[] = [];
  bytes = [0, 0];

  get connections(): number {
    return this.open;
  }

  connectionOpened(): void {
    this.open += 1;
  }

  connectionClosed(): void {
    this.open -= 1;
  }

  requestBegan(): void {
    this.began += 1;
  }

  requestEnded(outcome: Outcome, _status: number, bytesIn: number, bytesOut: number): void {
    this.outcomes.push(outcome);
    this.moved(bytesIn, bytesOut);
  }

  moved(bytesIn: number, bytesOut: number): void {
    this.bytes = [(this.bytes[0] ?? 0) + bytesIn, (this.bytes[1] ?? 0) + bytesOut];
  }
}

async function listening(t: TestContext, serve: (socket: Socket) => void): Promise<number> {
  const server: NetServer = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    serve(socket);
  }).listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function world(t: TestContext, replies: (Grant | Refusal | 'waiting')[], more: Partial<Backend> = {}) {
  const script = new Script(replies, more);
  const counts = new Counts();
  const state = { dispatch: () => script, frontend: () => counts, connections: 1 };
  const secrets = { cookieKey: '', ticketKeys: [] };
  const frontend = new TcpFrontend(frontendOf(0, { mode: 'tcp' }), {
    ...{ state, secrets, log: undefined, clock: systemClock, requestId: () => '' },
  });
  const bind = { address: host, port: 0 };
  const accepted: Socket[] = [];
  const port = await listening(t, (socket) => {
    accepted.push(socket);
    frontend.accept(socket, { bind, tls: false });
  });
  const call = () => {
    const socket = connect({ port, host, allowHalfOpen: true });
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    const heard = { text: '', isEnded: false, socket };
    socket.on('data', (chunk) => {
      heard.text += chunk;
    });
    socket.on('end', () => {
      heard.isEnded = true;
    });
    return heard;
  };
  return { script, counts, frontend, accepted, call };
}

test('either side may end first, and the other may still speak', async (t) => {
  const port = await listening(t, (socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => socket.end(`got ${text}`));
  });
  const { script, counts, call } = await world(t, [grant('a', port)]);
  const caller = call();
  caller.socket.end('question');
  await eventually(() => caller.isEnded);
  assert.equal(caller.text, 'got question');
  await eventually(() => counts.open === 0);
  assert.deepEqual([counts.began, counts.outcomes, counts.bytes], [1, ['ok'], [8, 12]]);
  assert.deepEqual(script.seen, ['a answered']);
  assert.equal(script.over[0]?.outcome, 'ok');
});

test('a client that ends before there is a server is heard to the end', async (t) => {
  const port = await listening(t, (socket) => socket.on('end', () => socket.end('goodbye')).resume());
  const { script, counts, accepted, call } = await world(t, ['waiting']);
  const caller = call();
  caller.socket.end();
  await eventually(() => script.asks.length === 1);
  await eventually(() => accepted[0]?.readableEnded);
  script.asks[0]?.granted(grant('a', port));
  await eventually(() => caller.text === 'goodbye' && caller.isEnded);
  await eventually(() => counts.open === 0);
});

test('what refuses is retried on others, and told', async (t) => {
  const port = await listening(t, (socket) => socket.end('here'));
  const nobody = await freePort();
  const { script, call } = await world(t, [grant('a', nobody), grant('b', nobody), grant('c', port)]);
  const caller = call();
  await eventually(() => caller.text === 'here');
  caller.socket.end();
  await eventually(() => script.over.length === 1);
  assert.deepEqual(script.seen, ['a refused', 'b refused', 'c answered']);
  assert.deepEqual(script.asks.at(-1)?.failedOn, ['a', 'b']);
  const { retries, redispatched } = script.over[0] as EndedRequest;
  assert.deepEqual([retries, redispatched], [2, true]);
});

test('when attempts are used up it is a server error, and the client is let go', async (t) => {
  const nobody = await freePort();
  const { script, counts, call } = await world(
    t,
    [1, 2, 3].map(() => grant('a', nobody)),
    {
      retries: { attempts: 1, redispatch: false },
    },
  );
  const caller = call();
  await eventually(() => caller.isEnded);
  await eventually(() => counts.outcomes.length === 1);
  assert.deepEqual(counts.outcomes, ['serverError']);
  assert.deepEqual(script.asks.at(-1)?.failedOn, []);
  assert.deepEqual(script.seen, ['a refused', 'a refused', 'a unused']);
});

test('when attempts are used up and nobody else is usable it is sorry', async (t) => {
  const { counts, call } = await world(t, [grant('a', await freePort())], {
    retries: { attempts: 0, redispatch: true },
  });
  const caller = call();
  await eventually(() => caller.isEnded);
  await eventually(() => counts.outcomes.length === 1);
  assert.deepEqual(counts.outcomes, ['sorry']);
});

test('without a usable server it is closed, and nothing is released that was not granted', async (t) => {
  const { script, counts, call } = await world(t, [sorry]);
  const caller = call();
  await eventually(() => caller.isEnded);
  assert.deepEqual([counts.outcomes, script.seen, counts.open], [['sorry'], [], 0]);
});

test('who waits is served when a server is free, and takes its place from nobody when it goes away', async (t) => {
  const port = await listening(t, (socket) => socket.end('at last'));
  const { script, counts, call } = await world(t, ['waiting', 'waiting']);
  const [patient, impatient] = [call(), call()];
  await eventually(() => script.asks.length === 2);
  impatient.socket.resetAndDestroy();
  await eventually(() => counts.outcomes.includes('aborted'));
  assert.equal(script.cancelled, 1);
  for (const ask of script.asks) if (script.over.length < 2) ask.granted(grant('a', port));
  await eventually(() => patient.text === 'at last');
  patient.socket.end();
  await eventually(() => counts.open === 0);
});

test('a server that is down loses its connections, one that left the model keeps them', async (t) => {
  const port = await listening(t, (socket) => socket.write('hello'));
  const { script, counts, call } = await world(t, [grant('a', port, 1), grant('b', port, 2)]);
  const [first, second] = [call(), call()];
  await eventually(() => first.text === 'hello' && second.text === 'hello');
  script.lost.emit({ slot: 1, why: 'gone' });
  script.lost.emit({ slot: 2, why: 'gone' });
  assert.equal(counts.open, 2);
  script.lost.emit({ slot: 1, why: 'down' });
  await eventually(() => counts.open === 1);
  assert.deepEqual(counts.outcomes, ['serverError']);
});

test('a connection that breaks on one side breaks on the other', async (t) => {
  const servers: Socket[] = [];
  const port = await listening(t, (socket) => {
    servers.push(socket);
    socket.write('hello');
  });
  const { counts, call } = await world(t, [grant('a', port)]);
  const caller = call();
  let code: string | undefined;
  caller.socket.on('error', (error: NodeJS.ErrnoException) => {
    code = error.code;
  });
  await eventually(() => caller.text === 'hello');
  servers[0]?.resetAndDestroy();
  await eventually(() => code === 'ECONNRESET');
  await eventually(() => counts.open === 0);
});

test('a client that does not read slows its server down', async (t) => {
  let sent = 0;
  const piece = Buffer.alloc(64 * 1_024);
  const port = await listening(t, (socket) => {
    const more = () => {
      while (socket.write(piece)) sent += piece.length;
    };
    socket.on('drain', more);
    more();
  });
  const { counts, accepted, call } = await world(t, [grant('a', port)]);
  const caller = call();
  caller.socket.pause();
  await eventually(() => accepted[0]?.writableNeedDrain);
  let before = -1;
  await eventually(async () => {
    await new Promise(setImmediate);
    const isStill = sent === before;
    before = sent;
    return isStill;
  });
  assert.ok((accepted[0]?.writableLength ?? 0) < 1_024 * 1_024, 'no more is held than was on its way');
  caller.socket.destroy();
  await eventually(() => counts.open === 0);
});

test('silence in both directions ends it', async (t) => {
  const port = await listening(t, (socket) => socket.write('hello'));
  const timeouts = { connectMs: 1_000, serverMs: 1_000, tunnelMs: 30 };
  const { counts, call } = await world(t, [grant('a', port)], { timeouts });
  const caller = call();
  await eventually(() => caller.isEnded);
  await eventually(() => counts.outcomes.length === 1);
  assert.deepEqual(counts.outcomes, ['ok']);
});

test('a frontend that drains waits for its connections and takes no more', async (t) => {
  const port = await listening(t, (socket) => socket.pipe(socket));
  const { frontend, counts, call } = await world(t, [grant('a', port)]);
  const caller = call();
  caller.socket.write('x');
  await eventually(() => caller.text === 'x');
  let isDrained = false;
  const drained = frontend.drain().then(() => {
    isDrained = true;
  });
  const late = call();
  await eventually(() => late.isEnded);
  assert.equal(isDrained, false);
  caller.socket.end();
  await drained;
  assert.equal(counts.open, 0);
});
