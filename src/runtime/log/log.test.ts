import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { LogLine, LogOptions } from '../runtime.ts';
import { readLog } from './log-reader.ts';
import { LogWriter } from './log-writer.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'relevo-log-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function newFile(): string {
  return path.join(folder, String(files++));
}

async function read(file: string, options: LogOptions = {}): Promise<LogLine[]> {
  return collected(readLog({ file, whenEnded: () => () => {} }, options));
}

async function collected<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}

function joined(lines: LogLine[]): string {
  return lines.map(({ data, partial }) => `${Buffer.from(data)}${partial ? '' : '\n'}`).join('');
}

test('however the bytes come in pieces, the lines are the same', async () => {
  const line = fc.oneof(fc.string(), fc.constant(''), fc.constant('x'.repeat(40_000)));
  const property = fc.asyncProperty(
    fc.array(line),
    fc.array(fc.integer({ min: 1, max: 30_000 })),
    async (lines, cuts) => {
      const file = newFile();
      const writer = new LogWriter(file, () => 0);
      const text = lines.map((one) => `${one.replaceAll('\n', ' ')}\n`).join('');
      let bytes = Buffer.from(text);
      for (const cut of cuts) {
        writer.write('stdout', bytes.subarray(0, cut));
        bytes = bytes.subarray(cut);
      }
      writer.write('stdout', bytes);
      writer.close();
      const entries = await read(file);
      assert.equal(joined(entries), text);
      assert.ok(entries.every(({ data }) => data.length <= 16 * 1024));
    },
  );
  await fc.assert(property, { numRuns: 50 });
});

test('an entry is written as Kubernetes writes it', () => {
  const file = newFile();
  const writer = new LogWriter(file, () => Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  writer.write('stderr', Buffer.from('a b\nc'));
  writer.close();
  const time = '2026-01-02T03:04:05.678000000Z';
  assert.equal(readFileSync(file, 'utf8'), `${time} stderr F a b\n${time} stderr F c\n`);
});

test('the two streams do not mix within a line', async () => {
  const file = newFile();
  const writer = new LogWriter(file, () => 0);
  for (const [stream, piece] of [
    ['stdout', 'o1'],
    ['stderr', 'e1\n'],
    ['stdout', 'o2\n'],
  ] as const) {
    writer.write(stream, Buffer.from(piece));
  }
  writer.close();
  assert.deepEqual(
    (await read(file)).map(({ stream, data }) => [stream, Buffer.from(data).toString()]),
    [
      ['stderr', 'e1'],
      ['stdout', 'o1o2'],
    ],
  );
});

test('the tail is counted before the time is looked at', async () => {
  const file = newFile();
  let now = 0;
  const writer = new LogWriter(file, () => now);
  for (now = 0; now < 5_000; now++) writer.write('stdout', Buffer.from(`${now} ${'x'.repeat(50)}\n`));
  writer.close();
  const numbers = async (options: LogOptions) =>
    (await read(file, options)).map(({ data }) => Number.parseInt(Buffer.from(data).toString(), 10));
  assert.deepEqual(await numbers({ tailLines: 3 }), [4_997, 4_998, 4_999]);
  assert.deepEqual(await numbers({ tailLines: 0 }), []);
  assert.equal((await numbers({ tailLines: 4_000 })).length, 4_000);
  assert.equal((await numbers({ tailLines: 9_000 })).length, 5_000);
  assert.deepEqual(await numbers({ tailLines: 3, sinceMs: 4_998 }), [4_998, 4_999]);
  assert.deepEqual(await numbers({ sinceMs: 4_999 }), [4_999]);
});

test('a reader that is told to stop does so without an error', async () => {
  const file = newFile();
  new LogWriter(file, () => 0).close();
  const controller = new AbortController();
  let isForgotten = false;
  const whenEnded = () => () => {
    isForgotten = true;
  };
  const reading = collected(readLog({ file, whenEnded }, { follow: true }, controller.signal));
  controller.abort();
  assert.deepEqual(await reading, []);
  assert.equal(isForgotten, true);
});
