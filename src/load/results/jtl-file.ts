// results.jtl: each worker writes a part of its own, and at the end the parts become one file in the order of time.

import { closeSync, createReadStream, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Sample } from '../sample.ts';
import { jtlHeader, jtlLine } from './jtl-line.ts';

const bufferedCharacters = 65_536;

export function jtlPath(folder: string): string {
  return path.join(folder, 'results.jtl');
}

function partPath(folder: string, worker: number): string {
  return path.join(folder, `.results-${worker}.jtl`);
}

/** What one worker writes. Any call throws when the disk does not take it. */
export class JtlPart {
  readonly #file: number;
  readonly #clockOffsetMs: number;
  #buffer = '';

  /** Of the worker with this number, from 0. */
  constructor(folder: string, worker: number, clockOffsetMs: number) {
    this.#file = openSync(partPath(folder, worker), 'w', 0o600);
    this.#clockOffsetMs = clockOffsetMs;
  }

  write(sample: Sample): void {
    this.#buffer += `${jtlLine(sample, this.#clockOffsetMs)}\n`;
    if (this.#buffer.length >= bufferedCharacters) this.flush();
  }

  flush(): void {
    if (this.#buffer === '') return;
    const bytes = Buffer.from(this.#buffer);
    this.#buffer = '';
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.#file);
    }
  }
}

/** Makes results.jtl of the parts and removes them. Lines come in the order in which their samples ended, as in JMeter. */
export async function joinJtlParts(folder: string, workers: number): Promise<void> {
  const whole = jtlPath(folder);
  const unfinished = `${whole}.unfinished`;
  const file = openSync(unfinished, 'w', 0o600);
  try {
    let buffer = `${jtlHeader}\n`;
    const flush = () => {
      const bytes = Buffer.from(buffer);
      buffer = '';
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    };
    for await (const line of merged(Array.from({ length: workers }, (_, one) => partPath(folder, one)))) {
      buffer += `${line}\n`;
      if (buffer.length >= bufferedCharacters) flush();
    }
    flush();
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, whole);
  for (let worker = 0; worker < workers; worker++) rmSync(partPath(folder, worker), { force: true });
}

interface Head {
  readonly lines: AsyncIterator<string>;
  record: string;
  at: number;
}

async function* merged(files: readonly string[]): AsyncGenerator<string> {
  const heads: Head[] = [];
  for (const file of files) {
    const lines = records(file);
    const head = { lines, record: '', at: 0 };
    if (await advance(head)) heads.push(head);
  }
  while (heads.length > 0) {
    const first = heads.reduce((a, b) => (b.at < a.at ? b : a));
    yield first.record;
    if (!(await advance(first))) heads.splice(heads.indexOf(first), 1);
  }
}

async function advance(head: Head): Promise<boolean> {
  const { value, done } = await head.lines.next();
  if (done) return false;
  head.record = value;
  // Parts are in the order of their ends; that is what is merged.
  const [start = '0', elapsed = '0'] = value.split(',', 2);
  head.at = Number(start) + Number(elapsed);
  return true;
}

/** Fields in quotes may have line ends. */
async function* records(file: string): AsyncGenerator<string> {
  let open = '';
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    open = open === '' ? line : `${open}\n${line}`;
    if ((open.split('"').length - 1) % 2 === 1) continue;
    yield open;
    open = '';
  }
}
