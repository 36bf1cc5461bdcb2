import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { AnswerReader } from './answer-reader.ts';

interface Read {
  status: number;
  message: string;
  head: string;
  body: string | undefined;
  contentType: string;
  headBytes: number;
  bodyBytes: number;
  isDone: boolean;
  keepsOpen: boolean;
  fault: string | undefined;
  /** What is not the answer's. */
  left: number;
}

function read(
  text: string | Buffer,
  { cuts = [] as number[], isHead = false, ends = false, wantsBody = true, most = 1_000_000 } = {},
): Read {
  const bytes = Buffer.from(text as string, 'latin1');
  const reader = new AnswerReader();
  reader.begin(isHead, wantsBody, most);
  let taken = 0;
  const edges = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const to of edges) {
    const piece = Buffer.from(bytes.subarray(from, to));
    taken += reader.read(piece, piece.length);
    // What is read is not to be looked at later.
    piece.fill(0x21);
    from = to;
  }
  if (ends) reader.end();
  const { head, headBytes, bodyBytes, isDone, keepsOpen, fault } = reader;
  return {
    status: head.status,
    message: head.message,
    head: head.text,
    body: reader.takeBody()?.toString('latin1'),
    contentType: head.contentType,
    headBytes,
    bodyBytes,
    isDone,
    keepsOpen,
    fault: fault && `${fault.name}: ${fault.message}`,
    left: bytes.length - taken,
  };
}

const plain = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';

test('an answer with a length is read to its last byte and no further', () => {
  assert.deepEqual(read(`${plain}more`), {
    status: 200,
    message: 'OK',
    head: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5',
    body: 'hello',
    contentType: 'text/plain',
    headBytes: plain.length - 5,
    bodyBytes: 5,
    isDone: true,
    keepsOpen: true,
    fault: undefined,
    left: 4,
  });
});

test('bodies end as RFC 9112 6.3 says', () => {
  const of = (text: string, options = {}) => {
    const { body, isDone, keepsOpen, left } = read(text, options);
    return { body, isDone, keepsOpen, left };
  };
  const done = { isDone: true, keepsOpen: true, left: 0 };
  assert.deepEqual(of('HTTP/1.1 204 No\r\n\r\n'), { ...done, body: '' });
  assert.deepEqual(of('HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n'), { ...done, body: '' });
  assert.deepEqual(of('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', { isHead: true }), {
    ...done,
    body: '',
  });
  assert.deepEqual(
    of(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x="y"\r\n0123456789\r\n0\r\nT: x\r\n\r\n',
    ),
    {
      ...done,
      body: 'abc0123456789',
    },
  );
  assert.deepEqual(of('HTTP/1.1 200 OK\r\n\r\nall of it', { ends: true }), {
    ...done,
    keepsOpen: false,
    body: 'all of it',
  });
  assert.deepEqual(
    of('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nall of it', { ends: true }),
    {
      ...done,
      keepsOpen: false,
      body: 'all of it',
    },
  );
  assert.equal(of('HTTP/1.1 200 OK\r\n\r\nall of it').isDone, false);
});

test('whether a connection stays open is the answer’s to say', () => {
  const keeps = (first: string, ...headers: string[]) =>
    read([first, 'Content-Length: 0', ...headers, '', ''].join('\r\n')).keepsOpen;
  assert.equal(keeps('HTTP/1.1 200 OK'), true);
  assert.equal(keeps('HTTP/1.1 200 OK', 'Connection: x, Close'), false);
  assert.equal(keeps('HTTP/1.1 200 OK', 'connection: close', 'connection: keep-alive'), false);
  assert.equal(keeps('HTTP/1.0 200 OK'), false);
  assert.equal(keeps('HTTP/1.0 200 OK', 'Connection: Keep-Alive'), true);
  // Length and coding at once: what follows may be somebody else's.
  const both = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
  assert.equal(read(both).keepsOpen, false);
  assert.equal(read('HTTP/1.1 101 Switching\r\n\r\n').keepsOpen, false);
});

test('interim answers are passed over and counted', () => {
  const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 77\r\n\r\n';
  const { status, head, headBytes, body } = read(interim + plain);
  assert.deepEqual({ status, body }, { status: 200, body: 'hello' });
  assert.equal(headBytes, interim.length + plain.length - 5);
  assert.ok(head.startsWith('HTTP/1.1 200'));
});

test('line feeds alone, missing reasons and odd spelling are understood', () => {
  const { status, message, body, contentType, head } = read(
    'HTTP/1.1 404\nCONTENT-TYPE:text/html  \nX: \nContent-Length:\t2\n\nno\r\n\r\n',
  );
  assert.deepEqual(
    { status, message, body, contentType },
    { status: 404, message: '', body: 'no', contentType: 'text/html' },
  );
  assert.equal(head, 'HTTP/1.1 404\nCONTENT-TYPE:text/html  \nX: \nContent-Length:\t2');
});

test('what is no answer, or contradicts itself, is a fault that says so', () => {
  const fault = (text: string, options = {}) => read(text, options).fault ?? 'none';
  assert.match(fault('220 mail.example ESMTP\r\n'), /ClientProtocolException: .*"220 mail\.example ESMTP"/);
  assert.match(fault('HTTP/2 200\r\n\r\n'), /ClientProtocolException/);
  for (const line of [
    'HTTP/1.1 20\n x',
    'HTTP/1.1 2:0 x',
    'HTTP/1.1 20',
    'HTTP/1.1',
    'http/1.1 200 x',
    'HTTP/1.1 099 x',
  ])
    assert.match(fault(`${line}\r\n\r\n`), /ClientProtocolException/, line);
  assert.match(fault('HTTP/1.1 2000 OK\r\n\r\n'), /ClientProtocolException/);
  assert.match(fault('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'), /1 as well as 2/);
  assert.match(fault('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'), /Content-Length "-1"/);
  assert.equal(fault('HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok'), 'none');
  assert.match(
    fault('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz'),
    /MalformedChunkCoding.*size expected/,
  );
  assert.match(fault('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab'), /CRLF expected/);
  assert.match(
    fault('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na', { ends: true }),
    /ConnectionClosedException: .*closing chunk expected/,
  );
  assert.match(
    fault('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nabc', { ends: true }),
    /TruncatedChunkException: .*\(expected size: 10; actual size: 3\)/,
  );
  assert.match(
    fault('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', { ends: true }),
    /ConnectionClosedException: .*\(expected: 9; received: 3\)/,
  );
  assert.match(fault('HTTP/1.1 200 OK\r\nCont', { ends: true }), /Premature end of the head/);
});

test('a hostile server cannot make it read, or keep, without end', () => {
  const fault = (text: string, options = {}) => read(text, options).fault ?? 'none';
  assert.match(fault(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(300_000)}`), /head of the answer is too large/);
  assert.match(fault('x'.repeat(300_000)), /head of the answer is too large/);
  assert.match(fault(`HTTP/1.1 200 OK\r\n${'X:\r\n'.repeat(3_000)}`), /too many headers/);
  assert.match(fault('HTTP/1.1 100 Continue\r\n\r\n'.repeat(200)), /without end/);
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  assert.match(fault(`${chunked}${'f'.repeat(20)}`), /size is too large/);
  assert.match(fault(`${chunked}1;${'x'.repeat(20_000)}`), /too long/);
  assert.match(fault(`${chunked}0\r\n${'X: y\r\n'.repeat(20_000)}`), /Trailers are too long/);
  assert.match(
    fault('HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n', { most: 9 }),
    /larger than 9/,
  );
  assert.match(fault(`${chunked}A\r\n0123456789\r\n`, { most: 9 }), /larger than 9/);
});

test('a body that nobody wants is counted and let go; of failures the beginning is kept', () => {
  const unwanted = read(plain, { wantsBody: false });
  assert.deepEqual([unwanted.body, unwanted.bodyBytes], [undefined, 5]);
  const failure = `HTTP/1.1 500 No\r\nContent-Length: 20000\r\n\r\n${'x'.repeat(20_000)}`;
  const { body, bodyBytes, isDone } = read(failure, { wantsBody: false, cuts: [10_000] });
  assert.deepEqual([body?.length, bodyBytes, isDone], [16_384, 20_000, true]);
});

const line = fc.constantFrom('\r\n', '\n');
const header = fc.tuple(
  fc.constantFrom(
    'Content-Type',
    'Connection',
    'X-Relevo-Outcome',
    'Server',
    'Set-Cookie',
    'cookie',
    'TE',
    '',
  ),
  fc.string({ unit: fc.constantFrom('a', ' ', ',', ':', ';', 'close', 'é'), maxLength: 8 }),
);
const frame = fc.oneof(
  fc.constant({ name: 'Transfer-Encoding', chunked: true }),
  fc.constant({ name: 'Content-Length', chunked: false }),
  fc.constant({ name: '', chunked: false }),
);
const content = fc.string({
  unit: fc.constantFrom('a', '\r\n', '\n', '\r', '\r\n\r\n', 'HTTP/1.1 200 OK', 'é'),
  maxLength: 20,
});

/** Answers right and wrong: whatever they are, it must not matter where the reads cut them. */
const answer = fc
  .record({
    interim: fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n'),
    status: fc.constantFrom('200 OK', '204 No Content', '404 Not Found', '302', '99 x'),
    headers: fc.array(header, { maxLength: 4 }),
    frame,
    end: line,
    content,
    chunk: fc.integer({ min: 1, max: 9 }),
    after: fc.constantFrom('', 'HTTP/1.1 200 OK\r\n\r\n', 'junk'),
  })
  .map(({ interim, status, headers, frame: { name, chunked }, end, content: text, chunk, after }) => {
    const frameLine = name === '' ? '' : `${name}: ${chunked ? 'chunked' : text.length}${end}`;
    const lines = headers.map(([key, value]) => `${key}: ${value}${end}`).join('');
    const body = chunked ? chunksOf(text, chunk, end) : text;
    return `${interim}HTTP/1.1 ${status}${end}${lines}${frameLine}${end}${body}${after}`;
  });

function chunksOf(text: string, size: number, end: string): string {
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  return [...pieces.map((piece) => `${piece.length.toString(16)}${end}${piece}${end}`), `0${end}${end}`].join(
    '',
  );
}

test('any answer, cut anywhere, reads the same', () => {
  fc.assert(
    fc.property(answer, fc.array(fc.nat(400), { maxLength: 12 }), fc.boolean(), (text, cuts, ends) => {
      assert.deepEqual(read(text, { cuts, ends }), read(text, { ends }));
    }),
    { numRuns: 2_000 },
  );
});

test('any bytes at all, cut anywhere, read the same', () => {
  const soup = fc.string({
    unit: fc.constantFrom(
      'HTTP/1.1 200 OK',
      '\r\n',
      '\n',
      '\r',
      ':',
      'content-length: 3',
      'transfer-encoding: chunked',
      '3',
      'f',
      ';',
      ' ',
      '\0',
    ),
    maxLength: 30,
  });
  fc.assert(
    fc.property(soup, fc.array(fc.nat(400), { maxLength: 12 }), fc.boolean(), (text, cuts, ends) => {
      assert.deepEqual(read(text, { cuts, ends }), read(text, { ends }));
    }),
    { numRuns: 2_000 },
  );
});

test('a body comes out of its chunks as it went in', () => {
  fc.assert(
    fc.property(content, fc.integer({ min: 1, max: 30 }), (text, size) => {
      const { body, isDone, left } = read(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunksOf(text, size, '\r\n')}`,
      );
      assert.deepEqual({ body, isDone, left }, { body: text, isDone: true, left: 0 });
    }),
  );
});
