// A request as those see it who carry it to a server, and the ways in which they can end it. Exactly one of these ways is taken, once.

import type { Route } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import type { RequestHead } from '../wire/heads.ts';
import type { Client } from './client.ts';
import type { FrontendContext } from './frontend-context.ts';
import type { LocalAnswer } from './local-answer.ts';
import type { RequestBody } from './request-body.ts';
import type { RequestRecord } from './request-record.ts';

export interface Request {
  readonly context: FrontendContext;
  readonly client: Client;
  readonly head: RequestHead;
  readonly route: Route | undefined;
  readonly body: RequestBody;
  readonly record: RequestRecord;
  /** Whether the client may send another one on its connection, as far as we know before its answer. */
  readonly mayGoOn: boolean;
  /** The answer of a server has been written. */
  answered(goesOn: boolean): void;
  /** Nothing of an answer has been written; this one is ours. `flags`: the first two characters of HAProxy's termination state. */
  answerLocally(answer: LocalAnswer, outcome: Outcome, flags: string): void;
  /** A part of an answer has been written, and there will be no more. */
  brokenOff(flags: string): void;
  /** 101 has been written. */
  tunnelled(): void;
}
