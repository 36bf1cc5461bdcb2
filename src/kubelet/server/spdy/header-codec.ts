// Header blocks of SPDY/3: counted pairs, compressed with one state for all blocks of a direction.

import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { dictionary } from './dictionary.ts';

export type Headers = ReadonlyMap<string, string>;

const options = { dictionary, flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
/** A block that unpacks to more is an attack. */
const longestBlockBytes = 64 * 1024;

/** Blocks come out in the order they went in. */
class Codec {
  readonly #zlib: Deflate | Inflate;
  #done: Buffer[] = [];
  #bytes = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(zlib: Deflate | Inflate) {
    this.#zlib = zlib;
    zlib.on('data', (chunk: Buffer) => {
      this.#done.push(chunk);
      this.#bytes += chunk.length;
      if (this.#bytes > longestBlockBytes) zlib.destroy(new Error('a header block is too long'));
    });
  }

  run(block: Buffer): Promise<Buffer> {
    const result = this.#turn.then(() => this.#run(block));
    this.#turn = result.catch(() => {});
    return result;
  }

  close(): void {
    this.#zlib.destroy();
  }

  #run(block: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#zlib.once('error', reject);
      this.#zlib.write(block, (error) => {
        this.#zlib.off('error', reject);
        if (error) return reject(error);
        resolve(Buffer.concat(this.#done));
        this.#done = [];
        this.#bytes = 0;
      });
    });
  }
}

export class HeaderCodec {
  readonly #deflate = new Codec(createDeflate(options));
  readonly #inflate = new Codec(createInflate(options));

  encode(headers: Headers): Promise<Buffer> {
    const parts = [number(headers.size)];
    for (const [name, value] of headers) {
      for (const text of [Buffer.from(name), Buffer.from(value)]) parts.push(number(text.length), text);
    }
    return this.#deflate.run(Buffer.concat(parts));
  }

  /** Names in lower case. Rejects what is no header block. */
  async decode(block: Buffer): Promise<Headers> {
    const bytes = await this.#inflate.run(block);
    const headers = new Map<string, string>();
    let at = 4;
    const text = () => {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) throw new Error('a header block is torn');
      const value = bytes.toString('utf8', at + 4, end);
      at = end;
      return value;
    };
    for (let left = bytes.readUInt32BE(0); left > 0; left--) {
      const name = text().toLowerCase();
      headers.set(name, text());
    }
    return headers;
  }

  close(): void {
    this.#deflate.close();
    this.#inflate.close();
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
