// Lines of access logs: of HAProxy's httplog, with the load id as a captured header, and of our own JSON. Pure.

import type { RecordOutcome } from './accounting.ts';

/** One request as the balancer saw it. */
export interface RecordLine {
  readonly loadId?: string;
  readonly backend: string;
  /** Name of the last server that it was with; undefined: none. */
  readonly server?: string;
  readonly outcome: Exclude<RecordOutcome, 'none'>;
  /** False: a line of this form does not tell sorry, shed and server errors of this kind apart. */
  readonly isSure: boolean;
  /** 0: none was sent. */
  readonly status: number;
  readonly termination: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly endedAt: number;
  /** Waiting for a server, in the queue and for the connection; not below 0. */
  readonly waitedMs: number;
  readonly totalMs: number;
  readonly retries: number;
  readonly redispatched: boolean;
  readonly method?: string;
}

/** `notice`: a line that is none of a request, or of one that was never read; `unreadable`: a torn one. */
export function readRecord(line: string): RecordLine | 'notice' | 'unreadable' {
  if (line.startsWith('{')) return fromJson(line);
  const fields = httplog.exec(line);
  if (fields) return fromHttplog(fields);
  // HAProxy writes `Proxy web stopped (cumulated conns: …)` when a process makes way for the next one.
  return notice.test(line) || tcplog.test(line) ? 'notice' : 'unreadable';
}

const httplog =
  /^\S+:\d+ \[([^\]]+)\] \S+ (\S+)\/(\S+) (-?\d+)\/(-?\d+)\/(-?\d+)\/(-?\d+)\/\+?(-?\d+) (-?\d+) \+?\d+ \S+ \S+ (\S{4}) \d+\/\d+\/\d+\/\d+\/(\+?)(\d+) \d+\/\d+ (?:\{([^}]*)\} )?"(.*)"$/;
const tcplog =
  /^\S+:\d+ \[[^\]]+\] \S+ \S+\/\S+ -?\d+\/-?\d+\/\+?\d+ \+?\d+ \S\S \d+\/\d+\/\d+\/\d+\/\+?\d+ \d+\/\d+$/;
const notice = /^(Proxy|Server|Health|Pausing|Stopping|\[)/;

function fromHttplog(fields: RegExpExecArray): RecordLine | 'notice' {
  const [, time = '', backend = '', named, , queue, connect, , total, code, termination = '----'] = fields;
  const [plus, retries, loadId, request = ''] = fields.slice(11);
  // It was never read, so it is nobody's.
  if (request === '<BADREQ>') return 'notice';
  const server = named === '<NOSRV>' ? undefined : named;
  const status = Math.max(0, Number(code));
  const totalMs = Math.max(0, Number(total));
  return record({
    ...{ loadId, backend, server, status, termination, totalMs, endedAt: localTime(time) + totalMs },
    waitedMs: Math.max(0, Number(queue)) + Math.max(0, Number(connect)),
    ...{ retries: Number(retries), redispatched: plus === '+', method: request.split(' ', 1)[0] },
  });
}

function fromJson(line: string): RecordLine | 'notice' | 'unreadable' {
  let fields: Partial<Record<string, unknown>>;
  try {
    fields = JSON.parse(line);
  } catch {
    return 'unreadable';
  }
  const { backend, method, server, loadId, outcome } = fields;
  if (typeof backend !== 'string' || typeof method !== 'string') return 'notice';
  const totalMs = amount(fields.totalMs);
  // HAProxy's time is that of the line, ours that of the request; and its number of retries is text.
  const ours = typeof fields.redispatched === 'boolean';
  const time = Date.parse(String(fields.time));
  return record({
    ...{ backend, method, totalMs, status: Math.max(0, amount(fields.status)) },
    server: typeof server === 'string' && server !== '<NOSRV>' ? server : undefined,
    loadId: typeof loadId === 'string' ? loadId : undefined,
    termination: String(fields.termination ?? '--'),
    endedAt: ours ? time + totalMs : time,
    waitedMs: amount(fields.queueMs) + amount(fields.connectMs),
    retries: amount(String(fields.retries).replace('+', '')),
    redispatched: fields.redispatched === true || String(fields.retries).startsWith('+'),
    outcome: typeof outcome === 'string' ? (outcome as RecordLine['outcome']) : undefined,
  });
}

function amount(value: unknown): number {
  const number = Number(value);
  return Number.isFinite(number) ? Math.max(0, number) : 0;
}

type Undecided = Omit<RecordLine, 'outcome' | 'isSure' | 'loadId' | 'server' | 'method'> & {
  readonly [K in 'loadId' | 'server' | 'method']: string | undefined;
} & { readonly outcome?: RecordLine['outcome'] | undefined };

function record({ loadId, server, method, outcome, ...rest }: Undecided): RecordLine {
  return {
    ...rest,
    ...(loadId === undefined ? {} : { loadId }),
    ...(server === undefined ? {} : { server }),
    ...(method === undefined ? {} : { method }),
    ...(outcome === undefined ? outcomeOf(rest, server) : { outcome, isSure: true }),
  };
}

type Told = Pick<RecordLine, 'status' | 'termination'>;

/** From status and termination state (HAProxy's manual, 8.5), in the order of the balancer's own bins. */
function outcomeOf(
  { status, termination }: Told,
  server: string | undefined,
): Pick<RecordLine, 'outcome' | 'isSure'> {
  const [who = '-', when = '-'] = termination;
  if (status === 101) return { outcome: 'ok', isSure: true };
  if (who === 'C' || (who === 'c' && when === 'D')) return { outcome: 'aborted', isSure: true };
  if (status === 503 && who !== '-') return { outcome: unavailable(who, when, server), isSure: false };
  if (status === 0)
    return { outcome: who === 'P' || who === 'c' ? 'clientError' : 'serverError', isSure: true };
  if (isCutShort(status, who, when)) return { outcome: 'serverError', isSure: true };
  // What is shown instead of an answer that a server did not give may be a page of the balancer's own.
  if (status >= 500) return { outcome: 'serverError', isSure: who === '-' };
  return { outcome: status >= 400 ? 'clientError' : 'ok', isSure: true };
}

function unavailable(who: string, when: string, server: string | undefined): RecordLine['outcome'] {
  if ((who === 's' && when === 'Q') || who === 'P') return 'shed';
  return server === undefined || who === 'L' ? 'sorry' : 'serverError';
}

function isCutShort(status: number, who: string, when: string): boolean {
  return status < 400 && (when === 'D' || when === 'L') && who !== 'L' && who !== '-';
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
let lastText = '';
let lastSecond = Number.NaN;

/** `06/Feb/2009:12:14:14.655`, local time. Many lines are of the same second. */
function localTime(text: string): number {
  const [whole = '', fraction = ''] = text.split('.');
  if (whole !== lastText) {
    const [day, month = '', year, hour, minute, second] = whole.split(/[/:]/);
    const [h, m, s] = [Number(hour), Number(minute), Number(second)];
    lastSecond = new Date(Number(year), months.indexOf(month), Number(day), h, m, s).getTime();
    lastText = whole;
  }
  return lastSecond + Number(fraction);
}
