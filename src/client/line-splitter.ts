// Cuts a stream of bytes into lines. Watches send one JSON value per line.

export class LineSplitter {
  #rest: Buffer[] = [];

  /** The complete lines that this chunk ends, without their line feeds and without empty ones. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = this.#complete(chunk.subarray(start, end));
      if (line !== '') lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start));
    return lines;
  }

  /** What came after the last line feed; '' when the stream ended where it should. */
  end(): string {
    return this.#complete(Buffer.alloc(0));
  }

  /** Decoded only when whole: a character may be cut by the end of a chunk. */
  #complete(last: Buffer): string {
    if (this.#rest.length === 0) return last.toString('utf8');
    const whole = Buffer.concat([...this.#rest, last]);
    this.#rest = [];
    return whole.toString('utf8');
  }
}
