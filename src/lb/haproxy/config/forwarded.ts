// What servers are told of the client: X-Forwarded-*, Forwarded (RFC 7239) and X-Request-Id. What strangers claim is replaced, what trusted
// proxies say is kept, with the proxy's own address behind it.

import type { Frontend } from '../../model.ts';
import { word } from './quoting.ts';

const trustedAcl = 'from_trusted';

export function forwardedRules(frontend: Frontend, scheme: string): string[] {
  const { trustedProxies } = frontend;
  const mayBeIpv6 = frontend.binds.some(({ address }) => address.includes(':'));
  if (trustedProxies.length === 0) return replaced(scheme, mayBeIpv6, '');
  return [
    `acl ${trustedAcl} src ${trustedProxies.map(word).join(' ')}`,
    ...replaced(scheme, mayBeIpv6, ` unless ${trustedAcl}`),
    ...kept(scheme, mayBeIpv6, ` if ${trustedAcl}`),
  ];
}

function replaced(scheme: string, mayBeIpv6: boolean, condition: string): string[] {
  return [
    // Under any other name of the family nothing gets through either.
    `http-request del-header X-Forwarded- -m beg${condition}`,
    ...fields(scheme, mayBeIpv6).map(
      ([name, value]) => `http-request set-header ${name} ${value}${condition}`,
    ),
    `http-request set-header X-Request-Id %[uuid()]${condition}`,
  ];
}

function kept(scheme: string, mayBeIpv6: boolean, condition: string): string[] {
  const appended = new Set(['X-Forwarded-For', 'Forwarded']);
  const rules = fields(scheme, mayBeIpv6).map(([name, value]) => {
    if (appended.has(name)) return `http-request add-header ${name} ${value}${condition}`;
    return `http-request set-header ${name} ${value}${condition} !{ req.hdr(${name}) -m found }`;
  });
  return [
    ...rules,
    `http-request set-header X-Request-Id %[uuid()]${condition} !{ req.hdr(X-Request-Id) -m reg ^[\\x21-\\x7e]{1,128}$ }`,
  ];
}

function fields(scheme: string, mayBeIpv6: boolean): [string, string][] {
  // On an IPv6 socket a client of IPv4 is ::ffff:192.0.2.1, which is nobody's name.
  const address = mayBeIpv6 ? '%[src,regsub(^::ffff:,)]' : '%[src]';
  const node = mayBeIpv6 ? `%[src,regsub(^::ffff:,),regsub("^(.*:.*)$","\\"[\\1]\\"")]` : '%[src]';
  return [
    ['X-Forwarded-For', address],
    ['X-Forwarded-Proto', scheme],
    ['X-Forwarded-Port', '%[dst_port]'],
    ['X-Forwarded-Host', '%[req.hdr(host)]'],
    ['Forwarded', word(`for=${node};host="%[req.hdr(host)]";proto=${scheme}`)],
  ];
}
