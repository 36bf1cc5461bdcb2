import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { malformedRequests } from '../../../../tests/support/lb/malformed-requests.ts';
import { BodyReader } from './body-reader.ts';
import { findHeadEnd, judgeUnfinishedHead } from './head-end.ts';
import { isMalformed, type Malformed, type RequestHead } from './heads.ts';
import { readRequestHead } from './read-request.ts';

const limits = { headBytes: 16_384, headers: 100 };

interface Read {
  readonly head: RequestHead;
  readonly body: Buffer;
  readonly rest: Buffer;
}

/** Reads one request as it comes in pieces, as a connection does. */
function readPieces(pieces: readonly Buffer[]): Read | Malformed | 'incomplete' {
  let held = Buffer.alloc(0);
  let head: RequestHead | undefined;
  let body: BodyReader | undefined;
  const taken: Buffer[] = [];
  for (const [index, piece] of pieces.entries()) {
    let at = 0;
    let bytes = piece;
    if (head === undefined) {
      const before = held.length;
      held = Buffer.concat([held, piece]);
      const end = findHeadEnd(held, Math.max(0, before - 3));
      if (end < 0) {
        const fault = judgeUnfinishedHead(held, limits);
        if (fault !== undefined) return fault;
        continue;
      }
      const read = readRequestHead(held.subarray(0, end), limits);
      if (isMalformed(read)) return read;
      head = read;
      body = new BodyReader(read.framing);
      bytes = held;
      at = end;
    }
    const end = (body as BodyReader).read(bytes, at);
    if (end < 0) return (body as BodyReader).problem as Malformed;
    taken.push(bytes.subarray(at, end));
    if ((body as BodyReader).done) {
      const rest = Buffer.concat([bytes.subarray(end), ...pieces.slice(index + 1)]);
      return { head, body: Buffer.concat(taken), rest };
    }
  }
  return 'incomplete';
}

/** Where to cut, as shares of the length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const at = shares.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, [...at, bytes.length][i]));
}

const onePieceEach = (bytes: Buffer) => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));

test('the corpus has at least 80 requests, with names of their own', () => {
  assert.ok(malformedRequests.length >= 80);
  assert.equal(new Set(malformedRequests.map(({ name }) => name)).size, malformedRequests.length);
});

for (const { name, bytes, why, status } of malformedRequests) {
  test(`refused: ${name}`, () => {
    const whole = readPieces([bytes]);
    assert.ok(whole !== 'incomplete' && isMalformed(whole), `accepted, though ${why}`);
    assert.equal(whole.status, status, whole.reason);
    const single = readPieces(onePieceEach(bytes));
    assert.ok(
      single !== 'incomplete' && isMalformed(single) && single.status === status,
      JSON.stringify(single),
    );
  });
}

test('a malformed request is refused in the same way however it is cut', () => {
  fc.assert(
    fc.property(fc.constantFrom(...malformedRequests), cuts, ({ bytes, status }, shares) => {
      const read = readPieces(cut(bytes, shares));
      assert.ok(read !== 'incomplete' && isMalformed(read));
      assert.equal(read.status, status);
    }),
    { numRuns: 500 },
  );
});

const chunkOf = (data: string, extension: string) => `${data.length.toString(16)}${extension}\r\n${data}\r\n`;
const anyBytes = fc
  .uint8Array({ minLength: 1, maxLength: 80 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));
const chunkedBody = fc
  .tuple(
    fc.array(fc.tuple(anyBytes, fc.constantFrom('', ';a', ';a=b', '; a="b c"')), { maxLength: 5 }),
    fc.constantFrom('', 'X-Sum: 1\r\n', 'X-Sum: 1\r\nX-More:\r\n'),
  )
  .map(([chunks, trailers]) => {
    const text = chunks.map(([data, extension]) => chunkOf(data, extension)).join('');
    return { field: 'Transfer-Encoding: chunked\r\n', body: `${text}0\r\n${trailers}\r\n` };
  });
const countedBody = anyBytes.map((body) => ({ field: `Content-Length: ${body.length}\r\n`, body }));
const anyBody = fc.oneof(fc.constant({ field: '', body: '' }), countedBody, chunkedBody);

test('a good request ends at the same byte however it is cut, and what follows is left', () => {
  fc.assert(
    fc.property(anyBody, anyBytes, cuts, ({ field, body }, next, shares) => {
      const bytes = Buffer.from(`PUT /a HTTP/1.1\r\nHost: a.test\r\n${field}\r\n${body}${next}`, 'latin1');
      for (const pieces of [[bytes], onePieceEach(bytes), cut(bytes, shares)]) {
        const read = readPieces(pieces);
        assert.ok(read !== 'incomplete' && !('status' in read), JSON.stringify(read));
        assert.equal(read.body.toString('latin1'), body);
        assert.equal(read.rest.toString('latin1'), next);
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever comes, however it is cut: the same is accepted', () => {
  const bits = fc.constantFrom(
    ...[
      'GET / HTTP/1.1\r\n',
      'Host: a.test\r\n',
      '\r\n',
      '\r',
      '\n',
      ' ',
      'X: a\r\n',
      'Content-Length: 2\r\n',
    ],
    ...[
      'Transfer-Encoding: chunked\r\n',
      '2\r\nab\r\n',
      '0\r\n',
      'ab',
      ';',
      '\0',
      ':',
      'POST /b HTTP/1.0\r\n',
    ],
  );
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 10 }), cuts, (texts, shares) => {
      const bytes = Buffer.from(texts.join(''), 'latin1');
      const [whole, parts] = [readPieces([bytes]), readPieces(cut(bytes, shares))];
      const kind = (read: typeof whole) =>
        read === 'incomplete' ? read : isRefused(read) ? 'refused' : read;
      assert.deepEqual(kind(parts), kind(whole));
    }),
    { numRuns: 2_000 },
  );
});

function isRefused(read: Read | Malformed): read is Malformed {
  return 'status' in read;
}
