import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TcpMessages, withLength } from './tcp-messages.ts';

test('messages come out as they went in, however the stream is cut into pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50 })),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (sent, cuts) => {
        let stream = Buffer.concat(sent.map((message) => withLength(Buffer.from(message))));
        const messages = new TcpMessages(50);
        const received: Buffer[] = [];
        for (const cut of cuts) {
          received.push(...messages.push(stream.subarray(0, cut)));
          stream = stream.subarray(cut);
        }
        received.push(...messages.push(stream));
        assert.deepEqual(
          received,
          sent.map((message) => Buffer.from(message)),
        );
      },
    ),
  );
});

test('a message longer than is taken is refused by its length alone', () => {
  assert.throws(() => new TcpMessages(50).push(Buffer.from([0, 51])), RangeError);
});
