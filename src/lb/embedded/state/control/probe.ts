// One check of one server: a connection, and where it is asked for a request and what must be in its answer. Never throws.

import { connect, type Socket } from 'node:net';
import { hostAndPort } from '../../../../api/host-and-port.ts';
import { expectedStatus } from '../../../checks/expected-status.ts';
import type { HttpCheck } from '../../../model.ts';
import { reset } from '../../reset.ts';
import { AnswerReader, type ReadAnswer } from './answer-reader.ts';

export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  /** Undefined: a connection is enough. */
  readonly http?: HttpCheck;
  readonly timeoutMs: number;
}

export interface ProbeResult {
  readonly isGood: boolean;
  /** HAProxy's words. */
  readonly status: 'L4OK' | 'L4CON' | 'L4TOUT' | 'L7OK' | 'L7STS' | 'L7RSP' | 'L7TOUT';
  /** The status of the answer. */
  readonly code?: number;
  readonly tookMs: number;
  /** For people: what was wrong. */
  readonly reason: string;
}

export type Probe = (target: ProbeTarget) => Promise<ProbeResult>;

type Verdict = Omit<ProbeResult, 'tookMs'>;

export const probe: Probe = (target) => {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: target.address, port: target.port, noDelay: true });
    const talk = target.http && new HttpTalk(socket, target, target.http);
    let isConnected = false;
    const give = (verdict: Verdict) => {
      clearTimeout(timer);
      // Reset, not closed: a thousand checks a second would leave as many ports in TIME_WAIT.
      reset(socket);
      resolve({ ...verdict, tookMs: performance.now() - began });
    };
    // Not before what has come in is heard: time may be over because this process stood still.
    const timer = setTimeout(() => setImmediate(() => give(late(isConnected))), target.timeoutMs);
    socket.on('error', (error) => give(broken(isConnected, error)));
    socket.once('connect', () => {
      isConnected = true;
      if (talk) talk.begin(give);
      else give({ isGood: true, status: 'L4OK', reason: 'connected' });
    });
  });
};

class HttpTalk {
  readonly #socket: Socket;
  readonly #target: ProbeTarget;
  readonly #check: HttpCheck;

  constructor(socket: Socket, target: ProbeTarget, check: HttpCheck) {
    this.#socket = socket;
    this.#target = target;
    this.#check = check;
  }

  begin(give: (verdict: Verdict) => void): void {
    const { method = 'GET', path, body } = this.#check;
    const reader = new AnswerReader(body !== undefined);
    const judge = (answer: ReadAnswer) => give(judgeAnswer(this.#check, answer));
    this.#socket.on('data', (chunk: Buffer) => {
      const answer = reader.take(chunk);
      if (answer) judge(answer);
    });
    this.#socket.once('end', () => judge(reader.end()));
    this.#socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${fields}\r\n`);
  }

  get #host(): string {
    const { address, port } = this.#target;
    return this.#check.host ?? hostAndPort(address, port);
  }
}

const fields = 'User-Agent: relevo-check\r\nAccept: */*\r\nConnection: close\r\n';

function judgeAnswer(check: HttpCheck, answer: ReadAnswer): Verdict {
  if (answer.status === undefined)
    return { isGood: false, status: 'L7RSP', reason: 'the answer is not HTTP/1' };
  const code = answer.status;
  const bad = (reason: string): Verdict => ({ isGood: false, status: 'L7STS', code, reason });
  if (!expectedStatus(check.expect)(code)) return bad(`status ${code}, expected ${check.expect}`);
  if (check.header) {
    const { name, value } = check.header;
    const values = answer.fields.filter(([field]) => field === name.toLowerCase());
    const has = values.some(([, text]) => value === undefined || text.includes(value));
    if (!has) return bad(`no field ${name}${value === undefined ? '' : ` with ${value}`}`);
  }
  if (check.body !== undefined && !answer.body.includes(check.body))
    return bad('the body has not what is expected');
  return { isGood: true, status: 'L7OK', code, reason: `status ${code}` };
}

function late(isConnected: boolean): Verdict {
  if (isConnected) return { isGood: false, status: 'L7TOUT', reason: 'no answer in time' };
  return { isGood: false, status: 'L4TOUT', reason: 'no connection in time' };
}

function broken(isConnected: boolean, error: Error): Verdict {
  if (isConnected)
    return { isGood: false, status: 'L7RSP', reason: `the connection broke: ${error.message}` };
  return { isGood: false, status: 'L4CON', reason: error.message };
}
