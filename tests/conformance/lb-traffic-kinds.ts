// The kinds of requests that mixed traffic is made of: each sends, reads, and throws when something else came than what was to come.

import assert from 'node:assert/strict';
import { contentOf, sumOf } from '../support/content.ts';
import { type RawAnswer, RawConnection } from '../support/raw-connection.ts';
import { type Script, targetOf } from '../support/scripted-origin.ts';

export interface Lane {
  readonly port: number;
  readonly random: () => number;
  /** Another one each time. */
  readonly seed: () => number;
}

export interface Kind {
  /** How often, in relation to the others. */
  readonly share: number;
  /** In one go; default 1. */
  readonly requests?: number;
  /** The client goes away before it is answered. */
  readonly aborts?: boolean;
  readonly send: (lane: Lane) => Promise<void>;
}

const forms = ['length', 'chunked', 'close'] as const;

export const kinds: Readonly<Record<string, Kind>> = {
  'small GETs': { share: 20, requests: 5, send: (lane) => onOneConnection(lane, 5, 1_000) },
  'large GETs': { share: 8, requests: 2, send: (lane) => onOneConnection(lane, 2, 300_000) },
  HEAD: { share: 4, requests: 2, send: head },
  POST: { share: 10, send: (lane) => post(lane, upTo(lane, 2_000)) },
  'large POST': { share: 5, send: (lane) => post(lane, upTo(lane, 300_000)) },
  'chunked POST': { share: 6, send: chunkedPost },
  'pipelined GETs and POSTs': { share: 6, requests: 6, send: pipelined },
  'HTTP/1.0': { share: 4, send: oldClient },
  'Expect: 100-continue': { share: 3, send: expecting },
  'early hints': { share: 3, send: hinted },
  'slow reader': { share: 2, send: slowReader },
  'slow reader on the other side': { share: 2, send: slowOrigin },
  'slow writer': { share: 3, send: slowWriter },
  upgrade: { share: 3, send: upgrade },
  'reset once, then fine': { share: 4, send: resetOnce },
  'reset POST': { share: 2, send: resetPost },
  'broken off': { share: 3, send: brokenOff },
  garbage: { share: 2, send: garbage },
  'early answer': { share: 3, send: earlyAnswer },
  trickle: { share: 2, send: trickle },
  'aborted before the answer': { share: 2, aborts: true, send: abortedEarly },
  'aborted within the answer': { share: 2, aborts: true, send: abortedLate },
  'aborted within the request': { share: 2, aborts: true, send: abortedPost },
};

function upTo(lane: Lane, bytes: number): number {
  return Math.floor(lane.random() * bytes);
}

function scriptOf(lane: Lane, more: Partial<Script> = {}): Script {
  const form = forms[Math.floor(lane.random() * 2.2)] ?? 'length';
  return { form, bytes: upTo(lane, 3_000), seed: lane.seed(), ...more };
}

function lines(method: string, script: Script, ...fields: string[]): string {
  return `${[`${method} ${targetOf(script)} HTTP/1.1`, 'Host: mixed.example', ...fields].join('\r\n')}\r\n\r\n`;
}

/** A connection that is closed when it was used. */
async function using(lane: Lane, use: (connection: RawConnection) => Promise<void>): Promise<void> {
  const connection = RawConnection.open(lane.port);
  try {
    await use(connection);
  } finally {
    connection.close();
  }
}

async function answerOf(connection: RawConnection, method = 'GET'): Promise<RawAnswer> {
  const answer = await connection.answer(method);
  if (answer === undefined) throw new Error('the connection was closed instead of an answer');
  return answer;
}

/** The answer that the script asks for, whole, and to the body that was sent. */
function check(answer: RawAnswer, script: Script, body: Buffer = Buffer.alloc(0), method = 'GET'): void {
  assert.equal(answer.status, script.status ?? 200);
  assert.ok(answer.isWhole, 'the answer is not whole');
  const expected = method === 'HEAD' ? Buffer.alloc(0) : contentOf(script.seed, script.bytes);
  assert.ok(
    answer.body.equals(expected),
    `${answer.body.length} bytes came instead of ${expected.length}, or others`,
  );
  assert.equal(answer.headers.get('x-sum'), String(sumOf(body)), 'the server got another body');
  assert.equal(answer.headers.get('x-method'), method);
}

async function onOneConnection(lane: Lane, count: number, bytes: number): Promise<void> {
  let connection = RawConnection.open(lane.port);
  try {
    for (let at = 0; at < count; at++) {
      const script = scriptOf(lane, { bytes: upTo(lane, bytes) });
      await connection.write(lines('GET', script));
      const answer = await answerOf(connection);
      check(answer, script);
      if (script.form !== 'close' && answer.headers.get('connection') !== 'close') continue;
      connection.close();
      connection = RawConnection.open(lane.port);
    }
  } finally {
    connection.close();
  }
}

function head(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { form: 'length' });
    const after = scriptOf(lane, { form: 'length' });
    await connection.write(lines('HEAD', script) + lines('GET', after));
    check(await answerOf(connection, 'HEAD'), script, undefined, 'HEAD');
    check(await answerOf(connection), after);
  });
}

function post(lane: Lane, bytes: number): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane);
    const body = contentOf(lane.seed(), bytes);
    const method = lane.random() < 0.5 ? 'POST' : 'PUT';
    const text = Buffer.from(lines(method, script, `Content-Length: ${bytes}`));
    await connection.write(Buffer.concat([text, body]));
    check(await answerOf(connection, method), script, body, method);
  });
}

function chunkedPost(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane);
    const body = contentOf(lane.seed(), upTo(lane, 100_000));
    const text = Buffer.from(lines('POST', script, 'Transfer-Encoding: chunked'));
    const bytes = Buffer.concat([text, ...chunksOf(lane, body)]);
    for (let at = 0; at < bytes.length; ) {
      const step = 1 + upTo(lane, 20_000);
      await connection.write(bytes.subarray(at, at + step));
      at += step;
    }
    check(await answerOf(connection, 'POST'), script, body, 'POST');
  });
}

function chunksOf(lane: Lane, body: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const piece = body.subarray(at, at + 1 + upTo(lane, 9_000));
    chunks.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  return [...chunks, Buffer.from('0\r\n\r\n')];
}

function pipelined(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const batch = Array.from({ length: 6 }, (_, at) => {
      const body = contentOf(lane.seed(), at % 2 === 0 ? 0 : upTo(lane, 5_000));
      return { script: scriptOf(lane, { form: at % 3 === 0 ? 'length' : 'chunked' }), body };
    });
    const bytes = batch.map(({ script, body }) =>
      Buffer.concat([Buffer.from(lines('PUT', script, `Content-Length: ${body.length}`)), body]),
    );
    await connection.write(Buffer.concat(bytes));
    for (const { script, body } of batch) check(await answerOf(connection, 'PUT'), script, body, 'PUT');
  });
}

function oldClient(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { form: 'chunked', bytes: upTo(lane, 50_000) });
    await connection.write(`GET ${targetOf(script)} HTTP/1.0\r\nHost: mixed.example\r\n\r\n`);
    const answer = await answerOf(connection);
    assert.equal(answer.headers.get('transfer-encoding'), undefined, 'HTTP/1.0 knows no chunks');
    check(answer, script);
  });
}

function expecting(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane);
    const body = contentOf(lane.seed(), 1 + upTo(lane, 5_000));
    const { length } = body;
    await connection.write(lines('POST', script, 'Expect: 100-continue', `Content-Length: ${length}`));
    const line = 'HTTP/1.1 100 Continue\r\n\r\n';
    assert.equal((await connection.bytes(line.length)).toString(), line);
    await connection.write(body);
    check(await answerOf(connection, 'POST'), script, body, 'POST');
  });
}

function hinted(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { hints: true });
    await connection.write(lines('GET', script));
    const answer = await answerOf(connection);
    assert.deepEqual(answer.informed, [103]);
    check(answer, script);
  });
}

/** More than the kernel takes for somebody who does not read. */
function slowReader(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { bytes: 8_000_000 });
    connection.socket.pause();
    await connection.write(lines('GET', script));
    for (let pause = 0; pause < 5; pause++) {
      await after(20);
      connection.socket.resume();
      await after(1);
      if (pause < 4) connection.socket.pause();
    }
    check(await answerOf(connection), script);
  });
}

function slowOrigin(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { trouble: 'pause' });
    const body = contentOf(lane.seed(), 6_000_000);
    await connection.write(lines('POST', script, `Content-Length: ${body.length}`));
    await connection.write(body);
    check(await answerOf(connection, 'POST'), script, body, 'POST');
  });
}

function slowWriter(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane);
    const body = contentOf(lane.seed(), 300);
    const text = Buffer.from(lines('POST', script, `Content-Length: ${body.length}`));
    const bytes = Buffer.concat([text, body]);
    for (let at = 0; at < bytes.length; at += 7) {
      await connection.write(bytes.subarray(at, at + 7));
      await after(0);
    }
    check(await answerOf(connection, 'POST'), script, body, 'POST');
  });
}

function upgrade(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    await connection.write(lines('GET', scriptOf(lane), 'Connection: Upgrade', 'Upgrade: echo'));
    const answer = await answerOf(connection);
    assert.equal(answer.status, 101);
    const said = contentOf(lane.seed(), 1 + upTo(lane, 200_000));
    const [heard] = await Promise.all([connection.bytes(said.length), connection.write(said)]);
    assert.ok(heard.equals(said), 'the tunnel changed what went through it');
    connection.socket.end();
    await connection.untilEnd();
  });
}

function resetOnce(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { trouble: 'reset', times: 1 });
    await connection.write(lines('GET', script));
    check(await answerOf(connection), script);
  });
}

function resetPost(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const body = contentOf(lane.seed(), 100);
    const script = scriptOf(lane, { trouble: 'reset' });
    const text = Buffer.from(lines('POST', script, `Content-Length: ${body.length}`));
    await connection.write(Buffer.concat([text, body]));
    assert.equal((await answerOf(connection, 'POST')).status, 502);
  });
}

function brokenOff(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { trouble: 'resetInside', bytes: 150_000 });
    await connection.write(lines('GET', script));
    const answer = await connection.answer('GET');
    const { status = 200, isWhole = false } = answer ?? {};
    assert.ok(!isWhole || status >= 500, 'half an answer looks like a whole one');
  });
}

function garbage(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    await connection.write(lines('GET', scriptOf(lane, { trouble: 'garbage' })));
    assert.equal((await answerOf(connection)).status, 502);
  });
}

function earlyAnswer(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { trouble: 'early', bytes: 500, form: 'length' });
    const body = contentOf(lane.seed(), 2_000_000);
    await connection.write(lines('POST', script, `Content-Length: ${body.length}`));
    const [answer] = await Promise.all([answerOf(connection, 'POST'), connection.write(body)]);
    assert.equal(answer.status, 413);
    assert.ok(answer.body.equals(contentOf(script.seed, 500)));
  });
}

function trickle(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    const script = scriptOf(lane, { trouble: 'trickle' });
    await connection.write(lines('GET', script));
    const answer = await answerOf(connection);
    assert.ok(answer.isWhole && answer.body.equals(contentOf(script.seed, script.bytes)));
  });
}

function abortedEarly(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    await connection.write(lines('GET', scriptOf(lane, { delayMs: 200 })));
    await after(5);
  });
}

function abortedLate(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    await connection.write(lines('GET', scriptOf(lane, { bytes: 8_000_000 })));
    await connection.bytes(50_000);
  });
}

function abortedPost(lane: Lane): Promise<void> {
  return using(lane, async (connection) => {
    await connection.write(lines('POST', scriptOf(lane), 'Content-Length: 1000000'));
    await connection.write(contentOf(lane.seed(), 200_000));
  });
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)));
}
