// One line as HAProxy writes it (its manual, 8.2.2 and 8.2.3), as to a log of format raw. Of a request, `option httplog`:
// %ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %{+Q}r
// Of a connection of mode tcp, `option tcplog`: %ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq

import type { AccessLogEntry } from './entry.ts';

/** Without a newline at its end. Of the request line at most 1,024 characters, as HAProxy's own (tune.http.logurilen). */
export function httplogLine(entry: AccessLogEntry): string {
  const { requestMs, queueMs, connectMs, responseMs, totalMs } = entry;
  const timers = `${whole(requestMs)}/${whole(queueMs)}/${whole(connectMs)}/${whole(responseMs)}/${whole(totalMs)}`;
  const status = entry.status === 0 ? -1 : entry.status;
  return (
    `${beginning(entry)} ${timers} ${status} ${entry.bytesOut} - - ${entry.termination} ` +
    `${counts(entry)} ${captured(entry)}"${requestLine(entry)}"`
  );
}

/** As a captured request header, but nothing at all where there is none: the lines of everybody else stay as they are everywhere. */
function captured({ loadId }: AccessLogEntry): string {
  return loadId === undefined ? '' : `{${loadId}} `;
}

/** Without a newline at its end. */
export function tcplogLine(entry: AccessLogEntry): string {
  const timers = `${whole(entry.queueMs)}/${whole(entry.connectMs)}/${whole(entry.totalMs)}`;
  return `${beginning(entry)} ${timers} ${entry.bytesOut} ${entry.termination.slice(0, 2)} ${counts(entry)}`;
}

function beginning(entry: AccessLogEntry): string {
  const frontend = entry.tls ? `${entry.frontend}~` : entry.frontend;
  const server = `${entry.backend ?? entry.frontend}/${entry.server ?? '<NOSRV>'}`;
  return `${entry.clientAddress}:${entry.clientPort} [${localTime(entry.at)}] ${frontend} ${server}`;
}

function counts(entry: AccessLogEntry): string {
  const retries = `${entry.redispatched ? '+' : ''}${entry.retries}`;
  const { actconn, feconn, beconn, srvConn, serverQueue, backendQueue } = entry;
  return `${actconn}/${feconn}/${beconn}/${srvConn}/${retries} ${serverQueue}/${backendQueue}`;
}

/** Down, as a clock of milliseconds would have it. */
function whole(ms: number): number {
  return Math.floor(ms);
}

const longestRequestLine = 1_024;

function requestLine({ method, target, minor }: AccessLogEntry): string {
  if (method === undefined) return '<BADREQ>';
  return escaped(`${method} ${target} HTTP/1.${minor}`.slice(0, longestRequestLine));
}

/** As HAProxy: quotes, its own sign #, and what is not printable become # and two digits. */
function escaped(text: string): string {
  return text.replace(/[^ !$-~]/g, (one) => `#${padded(one.charCodeAt(0), 2, 16).toUpperCase()}`);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
// Requests of one second have all but the milliseconds in common.
let lastSecond = Number.NaN;
let lastText = '';

/** 06/Feb/2009:12:14:14.655, local time. */
function localTime(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = secondText(new Date(second * 1000));
  }
  return `${lastText}.${padded(Math.floor(at) - second * 1000, 3)}`;
}

function secondText(date: Date): string {
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => padded(part, 2));
  return `${padded(date.getDate(), 2)}/${months[date.getMonth()]}/${date.getFullYear()}:${clock.join(':')}`;
}

function padded(value: number, digits: number, base = 10): string {
  return value.toString(base).padStart(digits, '0');
}
