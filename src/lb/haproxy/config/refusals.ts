// Requests that are answered by the balancer because of what they are: malformed, or too large.

import type { Frontend, Route } from '../../model.ts';

/** As the embedded engine has it: `.` or `..` in any spelling of the dot, its parameters left aside. */
const dotSegment = '/(?:[.]|%2e){1,2}(?:;[^/]*)?(?:/|$)';
/** More than a registered name, an IPv4 or a bracketed IPv6 address, and a port: RFC 9110 section 7.2. */
const oddHost = '[^A-Za-z0-9._:~!$&()*+=%-]';

export function refusalRules({ limits }: Pick<Frontend, 'limits'>): string[] {
  return [
    `http-request deny deny_status 400 if { path -m reg -i '${dotSegment}' }`,
    `http-request deny deny_status 400 if { req.hdr(host) -m reg '${oddHost}' } !{ req.hdr(host) -m reg '^\\[[0-9a-fA-F:.]+\\](:[0-9]*)?$' }`,
    'http-request deny deny_status 400 if { req.fhdr_cnt(host) gt 1 }',
    // HAProxy would take a list with an empty element for chunked, and hand it on as it came.
    'http-request deny deny_status 400 if { req.fhdr(transfer-encoding) -m found } !{ req.fhdr(transfer-encoding) -m str -i chunked }',
    `http-request return status 431 if { req.fhdr_cnt gt ${limits.headers} }`,
    ...(limits.headBytes < 16_384
      ? [`http-request return status 431 if { req.hdrs,length gt ${limits.headBytes} }`]
      : []),
  ];
}

/**
 * A request with Transfer-Encoding is the last of its connection: HAProxy mends spellings of it that others read otherwise (folded lines), and
 * what came behind such a request may be meant for somebody in between.
 */
export const lastOfConnection = [
  'http-request set-var(txn.close) bool(true) if { req.fhdr(transfer-encoding) -m found }',
  'http-after-response set-header Connection close if { var(txn.close) -m found }',
];

/** `condition` says for which requests the limit is. A body without a length has none: HAProxy does not count what passes. */
export function bodyLimitRule(bytes: Route['bodyBytes'], condition = ''): string[] {
  if (bytes === undefined) return [];
  return [`http-request deny deny_status 413 if { req.hdr_val(content-length) gt ${bytes} }${condition}`];
}
