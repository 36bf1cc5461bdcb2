// What HAProxy does otherwise than the rules say, by the title of the rule in the conformance suite, with the reason.
//
// Smaller things that no rule of the suite is about:
// - With at most one server left, it waits for min(1 s, connect) before it tries again after a refused connection.
// - A connection that is not answered in time counts as refused: it ejects at once. Without a check, a connection that stands brings a server back.
// - A request that was sent is not repeated after the server's time-out; a reset that another server made good is not counted against its server.
// - Tries are counted together, of whatever kind: a GET that every server cuts off is sent up to 3 times more often than `attempts` says, up to
//   10 times with cold backups (config/backend-section.ts says why).
// - When a check times out, answers that have begun are cut as well; tunnels of a departing server end without WebSocket's 1001.
// - While an old process finishes what it has, both count their own: limits hold in each. A client's affinity is forgotten by a new process.
// - A page that comes late (after a wait, or a lost server) has spaces instead of line ends, and goes to upgrades, too.
// - Who waits for cold backups in vain gets the page up to half a second before the time in the queue is over, together with those who came a
//   little later; built without Lua (`haproxy -vv`), it shows the page at once until the first of them is there. With `balance first`, where a
//   new server takes a new process, who waits in the old one waits in vain.
// - Bodies without a length have no limit; a head that does not fit in the buffer gets 400 instead of 431 or 414.
// - The access log gets a line "Proxy … stopped" with each new process; a server that does not exist is -.

/** Of rules that fail by chance: what each single fault is. Any other fails the suite. */
function faultsOnly(...faults: readonly string[]): RegExp {
  const any = faults.join('|');
  return new RegExp(`^(?=[^]*\\n\\+ +'(?:${any}))(?![^]*\\n\\+ +'(?!${any}))`);
}

const silentClose =
  'on a connection that had a request before HAProxy closes without a word where another would get an error: a client is to repeat such a request (RFC 9112 section 9.3.1)';

export const deviations: Readonly<
  Record<string, string | { readonly sometimes: string; readonly as: RegExp }>
> = {
  'without a host of its own a check asks for the address of the server':
    'HAProxy 2.6 cannot put the address of the server into a check: it asks for localhost',
  'malformed requests are refused':
    'HAProxy mends what it can (two equal lengths, folded lines, bare LF, Transfer-Encoding beside Content-Length) and writes every request anew',
  'of a malformed request a server sees nothing, or exactly one request with one framing':
    'of what it mends, bytes that look like a second request may be the body of the first',
  'a POST that is cut off is answered, on a kept connection, too': silentClose,
  // Which requests of thousands meet which trouble is chance, and so is whether a reset overtakes what was sent before it.
  'thousands of mixed requests arrive as they were sent': {
    sometimes:
      'of an answer that only the end of its connection ends, HAProxy passes on a reset as that end; an answer that comes while the request is still being sent may be lost with the connection of its server',
    as: faultsOnly('broken off: half an answer', 'early answer: the connection was closed'),
  },
  // It takes a request that is with a server when the last one dies, and that finds nobody in all its tries, a backup neither: a matter of
  // milliseconds.
  'all primaries down, hot backups': { sometimes: silentClose, as: faultsOnly('ECONNRESET') },
  'everything down, hot backups': { sometimes: silentClose, as: faultsOnly('ECONNRESET') },
};
