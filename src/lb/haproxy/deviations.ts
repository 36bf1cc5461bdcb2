// What HAProxy does otherwise than the rules say, by the title of the rule in the conformance suite, with the reason.
//
// Smaller things that no rule of the suite is about:
// - With at most one server left, it waits for min(1 s, connect) before it tries again after a refused connection.
// - A connection that is not answered in time counts as refused: it ejects at once. Without a check, a connection that stands brings a server back.
// - A request that was sent is not repeated after the server's time-out; a reset that another server made good is not counted against its server.
// - When a check times out, answers that have begun are cut as well; tunnels of a departing server end without WebSocket's 1001.
// - While an old process finishes what it has, both count their own: limits hold in each. A client's affinity is forgotten by a new process.
// - A page that comes late (after a wait, or a lost server) has spaces instead of line ends, and goes to upgrades, too.
// - Bodies without a length have no limit; a head that does not fit in the buffer gets 400 instead of 431 or 414.
// - The access log gets a line "Proxy … stopped" with each new process; a server that does not exist is -.

const noColdQueue =
  'without a usable server HAProxy has no queue: the page is shown until the first cold backup is there';
const silentClose =
  'when nobody is left, HAProxy closes a kept connection without a word instead of an answer if the server was on a kept connection, too: a client is to repeat such a request (RFC 9112 section 9.3.1)';

export const deviations: Readonly<Record<string, string>> = {
  'without a host of its own a check asks for the address of the server':
    'HAProxy 2.6 cannot put the address of the server into a check: it asks for localhost',
  'malformed requests are refused':
    'HAProxy mends what it can (two equal lengths, folded lines, bare LF, Transfer-Encoding beside Content-Length) and writes every request anew',
  'of a malformed request a server sees nothing, or exactly one request with one framing':
    'of what it mends, bytes that look like a second request may be the body of the first',
  'thousands of mixed requests arrive as they were sent':
    'who is asked with HTTP/1.0 asks the server with HTTP/1.0, too, and passes on the chunks of one that answers with chunks all the same',
  'cold backups: requests wait in the queue until one is there': noColdQueue,
  'all primaries down, cold backups': `${noColdQueue}; ${silentClose}`,
  'the last primary dies with a queue, cold backups': `${noColdQueue}; ${silentClose}`,
  'everything down, hot backups': silentClose,
  'everything down, cold backups': silentClose,
};
