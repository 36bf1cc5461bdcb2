// Where a request goes: protocol, host, port and path of the plan, or a path that is a whole URL.

import type { ResolvedRequest } from '../../http/http-exchange.ts';
import type { HttpRequest } from '../../plan/http-step.ts';

const wholeUrl = /^(https?):\/\/([^/?#]*)([^#]*)/i;
/** Host (a name, an IPv4 address, an IPv6 address in brackets) and port. */
const authority = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/;
const ports = { http: 80, https: 443 };

/** Never throws: what cannot be asked for fails when it is sent. `query` comes behind that of the path. */
export function addressOf(
  { protocol, host, port, path }: Pick<HttpRequest, 'protocol' | 'host' | 'port' | 'path'>,
  query: string,
): Pick<ResolvedRequest, 'secure' | 'host' | 'port' | 'target'> {
  const [, ownProtocol, ownAuthority, ownPath = ''] = wholeUrl.exec(path) ?? [];
  const scheme = (ownProtocol ?? protocol.trim()).toLowerCase() === 'https' ? 'https' : 'http';
  const target = withQuery(encoded(ownAuthority === undefined ? path : ownPath), query);
  const [, name = '', number] = authority.exec(ownAuthority ?? host.trim()) ?? ['', ''];
  const portText = (ownAuthority === undefined ? port.trim() || number : number) || '';
  return {
    secure: scheme === 'https',
    host: name.replace(/^\[(.*)\]$/, '$1'),
    port: portText === '' ? ports[scheme] : Number(portText),
    target,
  };
}

function withQuery(path: string, query: string): string {
  const whole = path.startsWith('/') ? path : `/${path}`;
  if (query === '') return whole;
  return `${whole}${whole.includes('?') ? '&' : '?'}${query}`;
}

/** What may not stand in a request line is encoded; what is encoded already stays. */
function encoded(path: string): string {
  return path
    .replace(/#.*$/s, '')
    .replace(/[^\x21-\x7e]+|["<>\\^`{|}]/g, (text) => encodeURIComponent(text.toWellFormed()));
}
