// What HAProxy tells of a request when it is over: to the ring, in fields of our own that the bins are counted from, and to the access log.
// Both have the same moment but different formats: only loggers of format rfc5424 write structured data.

import type { AccessLog, Frontend } from '../../model.ts';
import { formatText, word } from './quoting.ts';

/** Entry of HAProxy → name of the model's server, for logs. */
export const serverNameMap = 'server-names.map';
/** Name inside of HAProxy → name of the model's backend or frontend. */
export const proxyNameMap = 'proxy-names.map';

/** Frontend, backend, server, status, termination state, and whether no server was usable. Names have no spaces. */
export const endedFormat = '[ended %f %b %s %ST %ts %[var(txn.outcome)]]';

export interface LogContext {
  readonly log?: AccessLog;
  /** The number of its descriptor in the process. */
  readonly logDescriptor?: number;
}

export function logRules(frontend: Frontend, { log, logDescriptor }: LogContext): string[] {
  // Nothing but the structured data is read of it.
  if (!log || logDescriptor === undefined) return ['option dontlog-normal', 'log-format -'];
  return [
    `log fd@${logDescriptor} len 8192 format raw local0`,
    'log global',
    ...(frontend.mode === 'http' ? [loadIdRule(log.format)] : []),
    `log-format ${word(lineFormat(log.format, frontend))}`,
  ];
}

/** The part of a line that has the load id. Where there is none it has a default: a variable that is not set would be shown as `-`. */
const loadIdPart = 'txn.load_id';

/**
 * `capture request header` would write empty braces into the lines of all who send none. Who sends several, or something else than an id,
 * has none.
 */
function loadIdRule(format: AccessLog['format']): string {
  const name = 'req.hdr(x-relevo-load-id)';
  const part = format === 'json' ? `,"loadId":"%[${name}]"}` : ` {%[${name}]} `;
  const isOne = '{ req.hdr_cnt(x-relevo-load-id) eq 1 }';
  return `http-request set-var-fmt(${loadIdPart}) ${word(part)} if ${isOne} { ${name} -m reg ^[A-Za-z0-9._-]{1,64}$ }`;
}

function lineFormat(format: AccessLog['format'], frontend: Frontend): string {
  const name = formatText(frontend.name);
  return format === 'json' ? jsonFormat(name, frontend.mode) : httplogFormat(name, frontend.mode);
}

const backend = `%[be_name,map_str(${proxyNameMap})]`;
const server = `%[srv_name,map_str(${serverNameMap},<NOSRV>)]`;

/** HAProxy's manual, 8.2.2 and 8.2.3, with the names of the model. */
function httplogFormat(name: string, mode: Frontend['mode']): string {
  const queues = '%ac/%fc/%bc/%sc/%rc %sq/%bq';
  return mode === 'http'
    ? `%ci:%cp [%tr] ${name} ${backend}/${server} %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc ${queues}%[var(${loadIdPart}," ")]%{+Q}r`
    : `%ci:%cp [%t] ${name} ${backend}/${server} %Tw/%Tc/%Tt %B %ts ${queues}`;
}

/** Milliseconds of the second with their zeros. */
const threeDigits = 'date(0,ms),mod(1000),add(1000),regsub(^1,)';

/** The names of access-log/json-line.ts, as far as HAProxy knows it. Retries are text: a + in front says that another server was taken. */
function jsonFormat(name: string, mode: Frontend['mode']): string {
  const text = (key: string, value: string) => `"${key}":"${value}"`;
  const number = (key: string, value: string) => `"${key}":${value}`;
  const request = [
    ...[text('method', '%[capture.req.method]'), text('host', '%[var(txn.host),json(utf8s)]')],
    ...[text('target', '%[capture.req.uri,json(utf8s)]'), number('status', '%ST')],
    ...[number('requestMs', '%TR'), number('queueMs', '%Tw'), number('connectMs', '%Tc')],
    ...[number('responseMs', '%Tr'), number('totalMs', '%Ta'), number('bytesIn', '%U')],
  ];
  return `{${[
    ...[
      text('time', `%[date,utime("%Y-%m-%dT%H:%M:%S")].%[${threeDigits}]Z`),
      text('client', '%ci'),
      number('clientPort', '%cp'),
    ],
    ...[text('frontend', name), number('tls', '%[ssl_fc,iif(true,false)]'), text('backend', backend)],
    ...[text('server', server), text('termination', '%ts'), number('bytesOut', '%B'), text('retries', '%rc')],
    ...(mode === 'http' ? request : [number('queueMs', '%Tw'), number('totalMs', '%Tt')]),
  ].join(',')}${mode === 'http' ? `%[var(${loadIdPart},})]` : '}'}`;
}
