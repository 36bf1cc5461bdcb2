// A frontend: where it listens, what it refuses, what it tells servers of the client, and where requests go.

import type { Bind, Frontend } from '../../model.ts';
import { frontendName, proxyName } from '../names.ts';
import { errorPageRules } from './error-pages.ts';
import { forwardedRules } from './forwarded.ts';
import { endedFormat, type LogContext, logRules } from './log-format.ts';
import { duration, section, word } from './quoting.ts';
import { bodyLimitRule, lastOfConnection, refusalRules } from './refusals.ts';
import { type OwnCookies, routeRules } from './routes.ts';

/** A bind with the number that its listening socket has in the process. */
export interface OpenBind {
  readonly bind: Bind;
  readonly descriptor: number;
  /** The file with the list of its certificates; undefined: plain text. */
  readonly certificates?: string;
  /** Of those certificates. */
  readonly names: readonly string[];
}

export interface FrontendContext extends LogContext {
  readonly binds: readonly OpenBind[];
  readonly ownCookies: OwnCookies;
}

export function frontendSection(frontend: Frontend, context: FrontendContext): string {
  const { mode, maxconn, timeouts, proxyProtocolFrom } = frontend;
  return section(`frontend ${frontendName(frontend.name)}`, [
    `mode ${mode}`,
    ...context.binds.map((bind) => bindLine(bind)),
    ...(maxconn === undefined ? [] : [`maxconn ${maxconn}`]),
    `timeout client ${duration(mode === 'tcp' ? 86_400_000 : timeouts.clientMs)}`,
    ...(proxyProtocolFrom.length > 0
      ? [`tcp-request connection expect-proxy layer4 if { src ${proxyProtocolFrom.map(word).join(' ')} }`]
      : []),
    ...logRules(frontend, context),
    `log-format-sd ${word(endedFormat)}`,
    ...(mode === 'http' ? httpRules(frontend, context) : tcpRules(frontend)),
  ]);
}

function bindLine({ descriptor, certificates }: OpenBind): string {
  const tls =
    certificates === undefined
      ? ''
      : ` ssl crt-list ${certificates} alpn http/1.1 tls-ticket-keys ticket-keys`;
  return `bind fd@${descriptor}${tls}`;
}

function tcpRules({ defaultBackend }: Frontend): string[] {
  return defaultBackend === undefined
    ? ['tcp-request content reject']
    : [`default_backend ${proxyName(defaultBackend)}`];
}

function httpRules(frontend: Frontend, { binds, ownCookies }: FrontendContext): string[] {
  const { timeouts, limits } = frontend;
  // A frontend has one scheme; where it has both, the connection says which.
  const tls = binds.map(({ certificates }) => certificates !== undefined);
  const scheme = tls.every((one) => one === tls[0])
    ? tls[0]
      ? 'https'
      : 'http'
    : '%[ssl_fc,iif(https,http)]';
  return [
    'option http-ignore-probes',
    'option idle-close-on-response',
    `timeout http-request ${duration(timeouts.clientMs)}`,
    `timeout http-keep-alive ${duration(timeouts.idleMs)}`,
    ...errorPageRules(frontend),
    ...refusalRules(frontend),
    ...lastOfConnection,
    ...bodyLimitRule(limits.bodyBytes),
    'http-request set-var(txn.host) req.hdr(host),host_only,lower',
    ...forwardedRules(frontend, scheme),
    ...locationRules(scheme),
    ...routeRules(frontend, ownCookies),
  ];
}

/** A server that names itself in Location is given the name by which the client came. */
function locationRules(scheme: string): string[] {
  const here = `${scheme}://%[var(txn.authority)]`;
  return [
    'http-request set-var(txn.authority) req.hdr(host)',
    `http-response set-var-fmt(txn.self) '%[bc_dst]:%[bc_dst_port]' if { res.hdr(location) -m beg http:// https:// }`,
    `http-response replace-header Location ${word('^https?://[^/]*(.*)$')} ${word(`${here}\\1`)} if { res.fhdr(location),field(3,/),strcmp(txn.self) eq 0 }`,
  ];
}
