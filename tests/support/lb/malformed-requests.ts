// Requests that must be refused, and why: RFC 9112 line by line, and the classics of request smuggling. Each is what a client sends as the
// first thing on a connection, and goes on to the end of its last request; a second one, where there is one, is what would be smuggled. A path
// /smuggled must never reach a server.

export interface MalformedRequest {
  readonly name: string;
  readonly bytes: Buffer;
  readonly why: string;
  /** The answer of the embedded engine; another one may have another of 4xx and 5xx. */
  readonly status: number;
}

type Case = readonly [name: string, text: string, why: string, status?: number];

const host = 'Host: corpus.test\r\n';
const second = 'GET /smuggled HTTP/1.1\r\nHost: corpus.test\r\n\r\n';
const get = (fields: string) => `GET / HTTP/1.1\r\n${host}${fields}\r\n`;
const post = (fields: string, body = '') => `POST / HTTP/1.1\r\n${host}${fields}\r\n${body}`;
const line = (text: string) => `${text}\r\n${host}\r\n`;
const chunked = (body: string) => post('Transfer-Encoding: chunked\r\n', body);
const path = (text: string) => line(`GET ${text} HTTP/1.1`);

const twoLengths = 'RFC 9112 6.3: which of two lengths holds is a matter of who reads';
const lengthSyntax = 'RFC 9110 8.6: Content-Length is digits';
const lengthCases: readonly Case[] = [
  ['two lengths that differ', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'helloX'), twoLengths],
  ['two equal lengths', post('Content-Length: 5\r\nContent-Length: 5\r\n', 'hello'), twoLengths],
  ['a list of equal lengths', post('Content-Length: 5, 5\r\n', 'hello'), twoLengths],
  ['a list of lengths that differ', post('Content-Length: 5,6\r\n', 'helloX'), twoLengths],
  ['two lengths in different case', post('Content-Length: 0\r\ncontent-length: 44\r\n', second), twoLengths],
  [
    'two lengths apart',
    post('Content-Length: 0\r\nAccept: */*\r\nContent-Length: 44\r\n', second),
    twoLengths,
  ],
  ['a negative length', post('Content-Length: -1\r\n'), lengthSyntax],
  ['a length with a plus', post('Content-Length: +5\r\n', 'hello'), lengthSyntax],
  ['a hexadecimal length', post('Content-Length: 0x5\r\n', 'hello'), lengthSyntax],
  ['a length with an exponent', post('Content-Length: 5e0\r\n', 'hello'), lengthSyntax],
  ['a length with a fraction', post('Content-Length: 5.0\r\n', 'hello'), lengthSyntax],
  ['a length with a space within', post('Content-Length: 1 5\r\n', 'hello'), lengthSyntax],
  ['a length with an underscore', post('Content-Length: 1_0\r\n', 'hello'), lengthSyntax],
  ['an empty length', post('Content-Length:\r\n'), lengthSyntax],
  ['a length in quotes', post('Content-Length: "5"\r\n', 'hello'), lengthSyntax],
  ['a length with a comma behind', post('Content-Length: 5,\r\n', 'hello'), lengthSyntax],
  [
    'a length beyond 64 bits',
    post('Content-Length: 18446744073709551621\r\n', 'hello'),
    'it wraps to 5 elsewhere',
  ],
  ['a length with a no-break space', post('Content-Length: \xa05\r\n', 'hello'), lengthSyntax],
  ['a length with a vertical tab', post('Content-Length: \x0b5\r\n', 'hello'), lengthSyntax],
  ['a length in another script', post('Content-Length: \xd9\xa5\r\n', 'hello'), 'digits are ASCII'],
];

const both = 'RFC 9112 6.1: with both, an attempt at request smuggling';
const coding = 'RFC 9112 6.1: chunked in a disguise is chunked for some and not for others';
const codingOf = (name: string, fields: string, why = coding, status = 400): Case => [
  ...([name, post(fields, `0\r\n\r\n${second}`), why, status] as const),
];
const transferCases: readonly Case[] = [
  ['CL.TE', post('Content-Length: 49\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${second}`), both],
  [
    'TE.CL',
    post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `2c\r\n${second}\r\n0\r\n\r\n`),
    both,
  ],
  [
    'CL.TE with Content-Length: 0',
    post('Content-Length: 0\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    both,
  ],
  codingOf('TE.TE: a second, other one', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n'),
  codingOf('TE.TE: the same twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
  codingOf('TE.TE: chunked last', 'Transfer-Encoding: cow\r\nTransfer-Encoding: chunked\r\n'),
  codingOf('chunked twice in a list', 'Transfer-Encoding: chunked, chunked\r\n'),
  codingOf('chunked not last', 'Transfer-Encoding: chunked, gzip\r\n'),
  codingOf('chunked with a parameter', 'Transfer-Encoding: chunked;q=1\r\n'),
  codingOf('chunked in quotes', 'Transfer-Encoding: "chunked"\r\n'),
  codingOf('chunked with a comma before', 'Transfer-Encoding: ,chunked\r\n'),
  codingOf('chunked with a comma behind', 'Transfer-Encoding: chunked,\r\n'),
  codingOf('chunked with a vertical tab', 'Transfer-Encoding: \x0bchunked\r\n'),
  codingOf('chunked with a form feed', 'Transfer-Encoding: chunked\x0c\r\n'),
  codingOf('chunked with a no-break space', 'Transfer-Encoding: \xa0chunked\r\n'),
  codingOf('chunked with a NUL', 'Transfer-Encoding: chunked\0\r\n'),
  codingOf('chunked with a backspace', 'Transfer-Encoding: chunke\x08d\r\n'),
  codingOf('an empty Transfer-Encoding', 'Transfer-Encoding:\r\n'),
  codingOf('a space before the colon of Transfer-Encoding', 'Transfer-Encoding : chunked\r\n'),
  codingOf('a tab before the colon of Transfer-Encoding', 'Transfer-Encoding\t: chunked\r\n'),
  codingOf('a space before the name', ' Transfer-Encoding: chunked\r\n'),
  codingOf('folded behind the colon', 'Transfer-Encoding:\r\n chunked\r\n'),
  codingOf('folded before Content-Length', 'Content-Length: 49\r\nTransfer-Encoding:\r\n\tchunked\r\n'),
  codingOf('behind a bare LF', 'X: x\nTransfer-Encoding: chunked\r\n'),
  codingOf('behind a bare CR', 'X: x\rTransfer-Encoding: chunked\r\n'),
  codingOf('with an underscore', 'Transfer_Encoding: chunked\r\n', 'CGI and its kin take it for the other'),
  codingOf('length with an underscore', 'Content_Length: 49\r\n', 'CGI and its kin take it for the other'),
  codingOf('xchunked', 'Transfer-Encoding: xchunked\r\n', 'an unknown coding', 501),
  codingOf('identity', 'Transfer-Encoding: identity\r\n', 'not a coding any more', 501),
  codingOf('gzip, chunked', 'Transfer-Encoding: gzip, chunked\r\n', 'an unknown coding', 501),
  [
    'Transfer-Encoding in HTTP/1.0',
    `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    both,
  ],
  [
    'CL.0 with a folded length',
    post('Content-Length:\r\n 44\r\n', second),
    'RFC 9112 5.2: folding is refused',
  ],
];

const sizeSyntax = 'RFC 9112 7.1: a chunk size is hexadecimal digits, then an extension or CRLF';
const chunkEnd = 'RFC 9112 7.1: the data of a chunk ends in CRLF';
const trailers = 'RFC 9110 6.5.1: what frames, routes or authenticates has no place in trailers';
const chunkCases: readonly Case[] = [
  ['a chunk size that is none', chunked('x\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['an empty chunk size', chunked('\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a chunk size with 0x', chunked('0x5\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a negative chunk size', chunked('-5\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a chunk size with a plus', chunked('+5\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a space before the chunk size', chunked(' 5\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a space behind the chunk size', chunked('5 \r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a tab behind the chunk size', chunked('5\t\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a chunk size with an underscore', chunked('0_5\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a chunk size with a NUL', chunked('5\0\r\nhello\r\n0\r\n\r\n'), sizeSyntax],
  [
    'a chunk size beyond 64 bits',
    chunked('10000000000000005\r\nhello\r\n0\r\n\r\n'),
    'it wraps to 5 elsewhere',
  ],
  ['a chunk size of 2^64 - 1', chunked('ffffffffffffffff\r\nhello\r\n0\r\n\r\n'), 'it is -1 elsewhere'],
  ['a bare LF behind the chunk size', chunked('5\nhello\r\n0\r\n\r\n'), sizeSyntax],
  ['a bare CR behind the chunk size', chunked('5\rhello\r\n0\r\n\r\n'), sizeSyntax],
  [
    'a bare LF in an extension',
    chunked(`5;\nxx\r\nhello\r\n0\r\n\r\n`),
    'TERM.EXT: a line ends there for some',
  ],
  [
    'a bare CR in an extension',
    chunked('5;a\rb\r\nhello\r\n0\r\n\r\n'),
    'EXT.TERM: a line ends there for some',
  ],
  ['a NUL in an extension', chunked('5;a=\0\r\nhello\r\n0\r\n\r\n'), 'RFC 9112 7.1.1'],
  ['an endless extension', chunked(`5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`), 'nobody reads it'],
  ['data longer than its chunk', chunked('3\r\nhello\r\n0\r\n\r\n'), chunkEnd],
  ['data that ends in LF', chunked('5\r\nhello\n0\r\n\r\n'), chunkEnd],
  ['data that ends in CR', chunked('5\r\nhello\r0\r\n\r\n'), chunkEnd],
  ['data that ends in two letters', chunked(`5\r\nhelloxx0\r\n\r\n${second}`), chunkEnd],
  ['Content-Length in the trailers', chunked('0\r\nContent-Length: 44\r\n\r\n'), trailers],
  ['Transfer-Encoding in the trailers', chunked('0\r\nTransfer-Encoding: chunked\r\n\r\n'), trailers],
  ['Host in the trailers', chunked('0\r\nHost: other.test\r\n\r\n'), trailers],
  ['Authorization in the trailers', chunked('0\r\nAuthorization: Basic eDp5\r\n\r\n'), trailers],
  ['X-Forwarded-For in the trailers', chunked('0\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n'), trailers],
  ['a request as a trailer', chunked(`0\r\n${second}`), 'RFC 9112 7.1.2: trailers are fields'],
  ['a folded trailer', chunked('0\r\nX: a\r\n b\r\n\r\n'), 'RFC 9112 5.2: folding is refused'],
  ['a bare LF in the trailers', chunked('0\r\nX: a\nY: b\r\n\r\n'), 'RFC 9112 2.2'],
  ['trailers that end in LF', chunked(`0\r\n\n${second}`), 'RFC 9112 2.2'],
];

const bare = 'RFC 9112 2.2: CR and LF only together; what reads one alone as a line end sees another head';
const fieldSyntax = 'RFC 9112 5: name, colon, value';
const noControls = 'RFC 9110 5.5: no control characters';
const fieldCases: readonly Case[] = [
  ['lines that end in LF', `GET / HTTP/1.1\nHost: corpus.test\n\n`, bare],
  ['lines that end in CR', `GET / HTTP/1.1\rHost: corpus.test\r\r`, bare],
  ['an empty line of LF', `GET / HTTP/1.1\r\n${host}\n${second}`, bare],
  ['a bare LF in a value', get('X: a\nb: c\r\n'), bare],
  ['a bare CR in a value', get('X: a\rb: c\r\n'), bare],
  ['a CR before CRLF', get('X: a\r\r\n'), bare],
  ['an LF before CRLF', get('X: a\n\r\n'), bare],
  ['a folded field', get('X: a\r\n b\r\n'), 'RFC 9112 5.2: folding is refused'],
  ['a field folded with a tab', get('X: a\r\n\tb\r\n'), 'RFC 9112 5.2: folding is refused'],
  ['a space before the first field', `GET / HTTP/1.1\r\n ${host}\r\n`, 'RFC 9112 2.2'],
  ['a space before the colon', get('X : a\r\n'), 'RFC 9112 5.1: read as part of the name by some'],
  ['a field without a name', get(': a\r\n'), fieldSyntax],
  ['a field without a colon', get('X\r\n'), fieldSyntax],
  ['a space in a name', get('X y: a\r\n'), fieldSyntax],
  ['brackets in a name', get('X[y]: a\r\n'), fieldSyntax],
  ['a byte above 127 in a name', get('X\xe9: a\r\n'), fieldSyntax],
  ['a NUL in a name', get('X\0y: a\r\n'), noControls],
  ['a NUL in a value', get('X: a\0b\r\n'), noControls],
  ['an escape in a value', get('X: \x1b[31m\r\n'), noControls],
  ['a DEL in a value', get('X: a\x7f\r\n'), noControls],
  [
    'Connection names Content-Length',
    post('Content-Length: 5\r\nConnection: content-length\r\n', 'hello'),
    both,
  ],
  [
    'Connection names Transfer-Encoding',
    get('Connection: Transfer-Encoding\r\n'),
    'cut out, the body is a request',
  ],
  ['Connection names Host', get('Connection: close, Host\r\n'), 'cut out, the server takes another'],
  ['Connection names Cookie', get('Cookie: a=b\r\nConnection: cookie\r\n'), 'cut out, the user is another'],
  [
    'Connection names X-Forwarded-For',
    get('Connection: X-Forwarded-For\r\n'),
    'cut out, the peer is unknown',
  ],
  [
    'Connection names Forwarded',
    get('Connection: keep-alive, Forwarded\r\n'),
    'cut out, the peer is unknown',
  ],
  ['Connection names Authorization', get('Connection: Authorization\r\n'), 'cut out, the user is another'],
  ['Connection that is no list', get('Connection: "close"\r\n'), 'RFC 9110 7.6.1'],
];

const hostSyntax = 'RFC 9112 3.2: exactly one Host, and a valid one';
const withHost = (value: string) => `GET / HTTP/1.1\r\nHost: ${value}\r\n\r\n`;
const disagree = 'RFC 9112 3.2.2: the target wins for some, Host for others';
const hostCases: readonly Case[] = [
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', hostSyntax],
  ['two Hosts', get('Host: other.test\r\n'), hostSyntax],
  ['two equal Hosts', get(host), hostSyntax],
  ['an empty Host', withHost(''), hostSyntax],
  ['Host with a path', withHost('corpus.test/x'), hostSyntax],
  ['Host with a user', withHost('user@corpus.test'), hostSyntax],
  ['Host with a space', withHost('corpus.test other.test'), hostSyntax],
  ['a list of Hosts', withHost('corpus.test, other.test'), hostSyntax],
  ['Host with a port that is none', withHost('corpus.test:80x'), hostSyntax],
  ['Host with a port too large', withHost('corpus.test:65536'), hostSyntax],
  ['Host with two ports', withHost('corpus.test:80:80'), hostSyntax],
  ['Host with half an IPv6 address', withHost('[::1'), hostSyntax],
  ['Host with no IPv6 address', withHost('[1.2.3.4.5]'), hostSyntax],
  ['Host with a backslash', withHost('corpus.test\\x'), hostSyntax],
  ['Host in UTF-8', withHost('corp\xc3\xbcs.test'), hostSyntax],
  ['a target for another Host', line('GET http://other.test/ HTTP/1.1'), disagree],
  ['a target for another port', line('GET http://corpus.test:81/ HTTP/1.1'), disagree],
  ['a target with a user', line('GET http://x@corpus.test/ HTTP/1.1'), 'RFC 9110 4.2.4'],
  ['a target without authority', line('GET http:///x HTTP/1.1'), 'RFC 9110 4.2.1'],
  ['a target of another scheme', line('GET ftp://corpus.test/ HTTP/1.1'), 'no server of ours'],
];

const lineSyntax = 'RFC 9112 3: method, one space, target, one space, version';
const lineCases: readonly Case[] = [
  ['HTTP/0.9', 'GET /\r\n\r\n', lineSyntax],
  ['HTTP/0.9 with a version', line('GET / HTTP/0.9'), 'RFC 9110 15.6.6', 505],
  ['HTTP/2.0', line('GET / HTTP/2.0'), 'RFC 9110 15.6.6', 505],
  ['HTTP/1.2', line('GET / HTTP/1.2'), 'nobody speaks it', 505],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'RFC 9113 3.4', 505],
  ['a version in lower case', line('GET / http/1.1'), lineSyntax],
  ['a version with three numbers', line('GET / HTTP/1.1.1'), lineSyntax],
  ['a version with two digits', line('GET / HTTP/1.10'), lineSyntax],
  ['a version with a comma', line('GET / HTTP/1,1'), lineSyntax],
  ['no target', line('GET  HTTP/1.1'), lineSyntax],
  ['two spaces before the target', line('GET  / HTTP/1.1'), lineSyntax],
  ['two spaces before the version', line('GET /  HTTP/1.1'), lineSyntax],
  ['a tab for a space', line('GET\t/\tHTTP/1.1'), lineSyntax],
  ['a space behind the version', line('GET / HTTP/1.1 '), lineSyntax],
  ['a space before the method', line(' GET / HTTP/1.1'), lineSyntax],
  ['a space in the target', line('GET /a b HTTP/1.1'), lineSyntax],
  ['a method with a slash', line('GE/T / HTTP/1.1'), 'RFC 9110 9.1: a method is a token'],
  ['a method in brackets', line('[GET] / HTTP/1.1'), 'RFC 9110 9.1: a method is a token'],
  ['a method of bytes above 127', line('G\xc9T / HTTP/1.1'), 'RFC 9110 9.1: a method is a token'],
  ['two empty lines first', `\r\n\r\n${line('GET / HTTP/1.1')}`, 'RFC 9112 2.2: one is tolerated'],
  ['an LF first', `\n${line('GET / HTTP/1.1')}`, bare],
  ['a request line of LF', `GET / HTTP/1.1\n${host}\r\n`, bare],
  ['CONNECT', 'CONNECT corpus.test:443 HTTP/1.1\r\nHost: corpus.test:443\r\n\r\n', 'no tunnels', 501],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'a handshake is no request'],
];

const dots = 'a server that resolves it serves another path than the one that was routed';
const targetSyntax = 'RFC 9112 3.2: not a path';
const targetCases: readonly Case[] = [
  ['a dot segment', path('/public/../smuggled'), dots],
  ['a dot segment last', path('/public/..'), dots],
  ['a single dot', path('/./smuggled'), dots],
  ['an encoded dot segment', path('/public/%2e%2e/smuggled'), dots],
  ['one encoded in capitals', path('/public/%2E%2E/smuggled'), dots],
  ['one half encoded', path('/public/.%2e/smuggled'), dots],
  ['one half encoded before', path('/public/%2E./smuggled'), dots],
  ['a dot segment with a parameter', path('/public/..;x=y/smuggled'), dots],
  ['a dot segment in an absolute target', path('http://corpus.test/public/../smuggled'), dots],
  ['a fragment', path('/#a'), targetSyntax],
  ['a backslash', path('/public\\..\\smuggled'), targetSyntax],
  ['no slash', path('smuggled'), targetSyntax],
  ['only a query', path('?a=b'), targetSyntax],
  ['an asterisk for GET', path('*'), 'RFC 9112 3.2.4'],
  ['half an encoded character', path('/a%2'), 'RFC 3986 2.1'],
  ['an encoded character that is none', path('/a%zz'), 'RFC 3986 2.1'],
  ['a control character', path('/a\x01b'), targetSyntax],
  ['a NUL', path('/a\0b'), targetSyntax],
  ['UTF-8 as it is', path('/caf\xc3\xa9'), 'RFC 3986 2: bytes above 127 are encoded'],
];

const tooLong = 'longer than the limits that frontends have by default';
const sizeCases: readonly Case[] = [
  ['a request line of 20,000 bytes', path(`/${'a'.repeat(20_000)}`), tooLong, 414],
  ['a field of 20,000 bytes', get(`X: ${'a'.repeat(20_000)}\r\n`), tooLong, 431],
  ['200 fields', get('X: a\r\n'.repeat(200)), tooLong, 431],
];

const all = [
  ...[lengthCases, transferCases, chunkCases, fieldCases, hostCases, lineCases, targetCases, sizeCases],
].flat();

export const malformedRequests: readonly MalformedRequest[] = all.map(([name, text, why, status = 400]) => ({
  ...{ name, bytes: Buffer.from(text, 'latin1'), why, status },
}));
