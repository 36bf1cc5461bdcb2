// Reads as much of an answer as a check has to know: its status, its fields, and the beginning of its body.

export interface ReadAnswer {
  /** Undefined: it is not an answer of HTTP/1. */
  readonly status?: number;
  /** Names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** What a body is searched in. */
const bodyBytes = 16_384;
const headBytes = 16_384;

const unreadable: ReadAnswer = { fields: [], body: '' };

export class AnswerReader {
  readonly #wantsBody: boolean;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(wantsBody: boolean) {
    this.#wantsBody = wantsBody;
  }

  /** The answer, once enough of it is there. */
  take(chunk: Buffer): ReadAnswer | undefined {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end === -1) return this.#bytes.length > headBytes ? unreadable : undefined;
    const head = readHead(this.#bytes.toString('latin1', 0, end));
    if (isInterim(head)) return this.#skip(end);
    const isEnough = !this.#wantsBody || head.status === undefined || this.#bodyEnds(head, end + 4);
    return isEnough ? this.end() : undefined;
  }

  /** The connection ended: what there is. */
  end(): ReadAnswer {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end === -1) return unreadable;
    const head = readHead(this.#bytes.toString('latin1', 0, end));
    const raw = this.#bytes.subarray(end + 4);
    const body = isChunked(head) ? dechunked(raw) : raw;
    return { ...head, body: body.toString('utf8', 0, bodyBytes) };
  }

  /** 1xx: the answer itself follows. */
  #skip(end: number): ReadAnswer | undefined {
    const rest = this.#bytes.subarray(end + 4);
    this.#bytes = Buffer.alloc(0);
    return this.take(rest);
  }

  #bodyEnds(head: ReadAnswer, from: number): boolean {
    const got = this.#bytes.length - from;
    const length = Number(fieldOf(head, 'content-length') ?? Number.POSITIVE_INFINITY);
    // Sizes of chunks are not searched: twice as much as is read has more than enough.
    return got >= length || got >= 2 * bodyBytes || (isChunked(head) && endsChunks(this.#bytes));
  }
}

function readHead(text: string): ReadAnswer {
  const [first = '', ...lines] = text.split('\r\n');
  const [, status] = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/.exec(first) ?? [];
  if (status === undefined) return unreadable;
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, Math.max(0, colon)).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(status), fields, body: '' };
}

function isInterim({ status }: ReadAnswer): boolean {
  return status !== undefined && status < 200;
}

function fieldOf(answer: ReadAnswer, name: string): string | undefined {
  return answer.fields.find(([field]) => field === name)?.[1];
}

function isChunked(answer: ReadAnswer): boolean {
  return /\bchunked$/i.test(fieldOf(answer, 'transfer-encoding') ?? '');
}

function endsChunks(bytes: Buffer): boolean {
  return bytes.subarray(-5).toString('latin1') === '0\r\n\r\n';
}

/** As far as it is well-formed. */
function dechunked(raw: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < raw.length; ) {
    const lineEnd = raw.indexOf('\r\n', at);
    const size = lineEnd === -1 ? 0 : Number.parseInt(raw.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) break;
    parts.push(raw.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
