// What is known of a message once its head is read. Read once, strictly, and forwarded as it came: nothing is read a second time.

/** Where a body ends: RFC 9112 section 6.3. `close` is for answers only: it ends with the connection. */
export type Framing =
  | { readonly type: 'none' }
  | { readonly type: 'length'; readonly bytes: number }
  | { readonly type: 'chunked' }
  | { readonly type: 'close' };

export interface Head {
  /** latin1, with every CRLF, without the empty line that ends it. */
  readonly text: string;
  /** HTTP/1.minor. */
  readonly minor: 0 | 1;
  readonly framing: Framing;
  /** Whether the sender means to go on with the connection. */
  readonly keepAlive: boolean;
  /** The protocol that is asked for or switched to, where Connection names Upgrade. */
  readonly upgrade?: string;
  /** Names in Connection, lower case: not forwarded. Without close, keep-alive and upgrade, and without names that are forwarded all the same. */
  readonly hopByHop: readonly string[];
  /** Where the fields are that matter: see field-marks.ts. */
  readonly marks: Marks;
}

/** Three numbers for each field that matters: its kind, where its line begins in `text`, and where it ends, behind CRLF. */
export type Marks = readonly number[];

export interface RequestHead extends Head {
  readonly method: string;
  /** The target in origin form, as it came: an absolute-form target has lost scheme and authority. `*` for OPTIONS. */
  readonly target: string;
  /** The target up to a question mark, encoded as it came. */
  readonly path: string;
  /** With its question mark; empty for none. */
  readonly query: string;
  /** Of the absolute form or of Host, as it came; empty in HTTP/1.0 without. */
  readonly authority: string;
  /** authority without port, lower case: what routes go by. */
  readonly host: string;
  readonly expectsContinue: boolean;
}

export interface ResponseHead extends Head {
  readonly status: number;
  readonly reason: string;
  /** What the server says it keeps an idle connection for (Keep-Alive: timeout=5), in milliseconds. */
  readonly keepAliveMs?: number;
}

/** A message that is refused. The connection is closed after the answer. */
export interface Malformed {
  /** 400, 414, 431, 413, 501, 505; for answers of servers always 502. */
  readonly status: number;
  /** For the log: what it was, without the bytes. */
  readonly reason: string;
  /** So that an answer's head, which has status and reason too, is not taken for one. */
  readonly text?: undefined;
}

export function isMalformed(head: object): head is Malformed {
  return !('text' in head);
}
