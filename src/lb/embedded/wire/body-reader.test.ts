import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BodyReader } from './body-reader.ts';
import { Dechunker } from './dechunker.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('nothing is done before anything has come', () => {
  const reader = new BodyReader({ type: 'none' });
  assert.equal(reader.done, true);
  assert.equal(reader.read(bytes('next'), 0), 0);
});

test('a counted body ends where it is counted out', () => {
  const reader = new BodyReader({ type: 'length', bytes: 5 });
  assert.equal(reader.read(bytes('xxhel'), 2), 5);
  assert.equal(reader.done, false);
  assert.equal(reader.mayEndHere, false);
  assert.equal(reader.read(bytes('lo, next'), 0), 2);
  assert.equal(reader.done, true);
  assert.equal(reader.payloadBytes, 5);
});

test('a body until the end of the connection is never done, but may end at any time', () => {
  const reader = new BodyReader({ type: 'close' });
  assert.equal(reader.read(bytes('hello'), 1), 5);
  assert.equal(reader.done, false);
  assert.equal(reader.mayEndHere, true);
  assert.equal(reader.payloadBytes, 4);
});

test('a chunked body ends behind its trailers; its payload is counted without them', () => {
  const reader = new BodyReader({ type: 'chunked' });
  const text = '5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n';
  assert.equal(reader.read(bytes(`${text}next`), 0), text.length);
  assert.equal(reader.done, true);
  assert.equal(reader.payloadBytes, 15);
});

test('a chunked body that stops may not end there', () => {
  const reader = new BodyReader({ type: 'chunked' });
  assert.equal(reader.read(bytes('5\r\nhello\r\n0\r\n'), 0), 13);
  assert.deepEqual([reader.done, reader.mayEndHere, reader.problem], [false, false, undefined]);
});

test('a body beyond its limit is 413, as soon as that is known', () => {
  const announced = new BodyReader({ type: 'length', bytes: 6 }, 5);
  assert.equal(announced.problem?.status, 413);
  assert.equal(announced.read(bytes('h'), 0), -1);
  const chunk = new BodyReader({ type: 'chunked' }, 5);
  assert.equal(chunk.read(bytes('3\r\nabc\r\n'), 0), 8);
  assert.equal(chunk.read(bytes('3\r\n'), 0), -1);
  assert.equal(chunk.problem?.status, 413);
  const open = new BodyReader({ type: 'close' }, 5);
  assert.equal(open.read(bytes('hello'), 0), 5);
  assert.equal(open.read(bytes('!'), 0), -1);
  assert.equal(new BodyReader({ type: 'length', bytes: 5 }, 5).problem, undefined);
});

test('what is malformed stays so', () => {
  const reader = new BodyReader({ type: 'chunked' });
  assert.equal(reader.read(bytes('5 \r\n'), 0), -1);
  assert.equal(reader.problem?.status, 400);
  assert.equal(reader.read(bytes('5\r\nhello\r\n0\r\n\r\n'), 0), -1);
  assert.equal(reader.done, false);
});

test('extensions are bounded together, trailers too', () => {
  const extensions = new BodyReader({ type: 'chunked' });
  const chunk = bytes(`1;${'a'.repeat(1_000)}\r\nx\r\n`);
  const ends = Array.from({ length: 20 }, () => extensions.read(chunk, 0));
  assert.equal(ends[0], chunk.length);
  assert.equal(ends.at(-1), -1);
  const trailers = new BodyReader({ type: 'chunked' });
  assert.equal(trailers.read(bytes(`0\r\n${'X: a\r\n'.repeat(2_000)}\r\n`), 0), -1);
  const endless = new BodyReader({ type: 'chunked' });
  assert.equal(endless.read(bytes(`0\r\nX: ${'a'.repeat(10_000)}`), 0), -1);
});

test('leading zeros of a size are fine, as far as sixteen digits go', () => {
  const read = (size: string) => new BodyReader({ type: 'chunked' }).read(bytes(`${size}\r\nhello\r\n`), 0);
  assert.ok(read('0000000000000005') > 0);
  assert.equal(read('00000000000000005'), -1);
});

const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 6 });

test('the payload comes out of a chunked body as it went in, however it is cut', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 40 }), (chunks, step) => {
      const parts = chunks.map((chunk) => [bytes(`${chunk.length.toString(16)}\r\n`), chunk, bytes('\r\n')]);
      const whole = Buffer.concat([...parts.flat(), bytes('0\r\nX: y\r\n\r\nnext')]);
      const dechunker = new Dechunker();
      const payload: Buffer[] = [];
      let end = 0;
      for (let at = 0; at < whole.length && !dechunker.done; at += step) {
        const dechunked = dechunker.push(whole.subarray(at, at + step));
        assert.ok(dechunked !== undefined, dechunker.fault);
        payload.push(...dechunked.payload);
        end = at + dechunked.end;
      }
      assert.equal(dechunker.done, true);
      assert.equal(whole.subarray(end).toString(), 'next');
      assert.deepEqual(Buffer.concat(payload), Buffer.concat(chunks));
    }),
  );
});

test('a dechunker says what is malformed', () => {
  const dechunker = new Dechunker();
  assert.equal(dechunker.push(bytes('5\r\nhelloX')), undefined);
  assert.match(dechunker.fault ?? '', /CRLF/);
});
