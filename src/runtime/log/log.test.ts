import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { LogLine, LogOptions } from '../runtime.ts';
import { endOfLogFiles, rotateLog } from './log-files.ts';
import { readLog } from './log-reader.ts';
import { LogWriter } from './log-writer.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'relevo-log-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function newFile(): string {
  return path.join(folder, String(files++));
}

/** In a folder of its own, for a log of several files. */
function newLog(): string {
  const own = newFile();
  mkdirSync(own);
  return path.join(own, 'log');
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

const small = { maxBytes: 400, maxFiles: 5 };

test('a full log goes on in another file, and the oldest of too many is dropped', async () => {
  const file = newLog();
  const writer = new LogWriter(file, () => 0, small);
  for (let line = 0; line < 1_000; line++) writer.write('stdout', Buffer.from(`${line}\n`));
  writer.close();
  const names = readdirSync(path.dirname(file));
  assert.equal(names.length, 5);
  const numbers = (await read(file)).map(({ data }) => Number(Buffer.from(data)));
  assert.ok(numbers.length > 30, String(numbers.length));
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => 1_000 - numbers.length + index),
    'the newest, without a gap',
  );
});

test('tail and since are right across files', async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 0, max: 80 }),
    fc.integer({ min: 0, max: 80 }),
    async (count, tailLines, sinceMs) => {
      const file = newLog();
      let now = 0;
      const writer = new LogWriter(file, () => now, { maxBytes: 300, maxFiles: 100 });
      for (; now < count; now++) writer.write('stdout', Buffer.from(`${now}\n`));
      writer.close();
      const numbers = (await read(file, { tailLines, sinceMs })).map(({ data }) => Number(Buffer.from(data)));
      const all = Array.from({ length: count }, (_, index) => index);
      const wanted = all.slice(Math.max(0, count - tailLines)).filter((number) => number >= sinceMs);
      assert.deepEqual(numbers, wanted);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test('whoever follows sees every line once, however the files change under it', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 20, maxLength: 60 }),
    async (bursts) => {
      const file = newLog();
      const writer = new LogWriter(file, () => 0, { maxBytes: 700, maxFiles: 1_000 });
      const ended = Promise.withResolvers<void>();
      const whenEnded = (tell: () => void) => {
        void ended.promise.then(tell);
        return () => {};
      };
      const reading = collected(readLog({ file, whenEnded }, { follow: true }));
      let written = 0;
      for (const burst of bursts) {
        for (let line = 0; line < burst; line++) writer.write('stdout', Buffer.from(`${written++}\n`));
        await new Promise((resolve) => setImmediate(resolve));
      }
      writer.close();
      ended.resolve();
      assert.deepEqual(
        (await reading).map(({ data }) => Number(Buffer.from(data))),
        Array.from({ length: written }, (_, index) => index),
      );
    },
  );
  await fc.assert(property, { numRuns: 20 });
});

test('a kill in the middle of a rotation loses nothing', async () => {
  const file = newLog();
  const writer = new LogWriter(file, () => 0, small);
  for (let line = 0; line < 20; line++) writer.write('stdout', Buffer.from(`${line}\n`));
  writer.close();
  const before = await read(file);
  // Killed after the old file was moved away and before the new one was made.
  rotateLog(file, small.maxFiles);
  assert.deepEqual(await read(file), before);
  assert.deepEqual(await read(file, { tailLines: 3 }), before.slice(-3));
  const successor = new LogWriter(file, () => 0, small);
  successor.write('stdout', Buffer.from('20\n'));
  successor.close();
  assert.equal((await read(file)).length, 21);
});

test('the last bytes of a log reach back into the file before', () => {
  const file = newLog();
  const writer = new LogWriter(file, () => 0, small);
  for (let line = 0; line < 20; line++) writer.write('stdout', Buffer.from(`${line}\n`));
  writer.close();
  rotateLog(file, small.maxFiles);
  assert.equal(endOfLogFiles(file, 4).toString(), ' 19\n');
  assert.equal(endOfLogFiles(path.join(folder, 'none', 'log'), 4).length, 0);
});
