import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WebSocketFrames } from './websocket-frames.ts';

/** RFC 6455 section 5.2, as a server and as a client write it. */
function frameOf(payload: number, isMasked: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const head =
    payload < 126
      ? [mask | payload]
      : payload < 65_536
        ? [mask | 126, payload >> 8, payload & 0xff]
        : [mask | 127, 0, 0, 0, 0, 0, payload >> 16, (payload >> 8) & 0xff, payload & 0xff];
  return Buffer.concat([
    Buffer.from([0x82, ...head]),
    Buffer.alloc(isMasked ? 4 : 0, 1),
    Buffer.alloc(payload, 0x81),
  ]);
}

const payloads = fc.oneof(
  fc.integer({ min: 0, max: 130 }),
  fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000),
);

test('however frames are cut into pieces, it is between them exactly where one ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(payloads, fc.boolean()), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 30 }),
      (frames, steps) => {
        const written = frames.map(([payload, isMasked]) => frameOf(payload, isMasked));
        const bytes = Buffer.concat(written);
        const ends = new Set([0]);
        for (const [index] of written.entries()) {
          ends.add(written.slice(0, index + 1).reduce((sum, frame) => sum + frame.length, 0));
        }
        const reader = new WebSocketFrames();
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const step = steps[turn % steps.length] as number;
          reader.take(bytes.subarray(at, at + step));
          at = Math.min(bytes.length, at + step);
          assert.equal(reader.isBetween, ends.has(at), `at ${at}`);
        }
      },
    ),
    { numRuns: 200 },
  );
});
