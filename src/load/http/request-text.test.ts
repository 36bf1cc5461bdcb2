import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { loadRequest } from '../../../tests/support/load/load-request.ts';
import type { ResolvedRequest } from './http-exchange.ts';
import { requestText } from './request-text.ts';

function textOf(changes: Partial<ResolvedRequest> = {}, port = 80): string {
  const text = requestText(loadRequest(port, { host: 'shop.example', ...changes }));
  if ('name' in text) return `${text.name}: ${text.message}`;
  const whole = `${text.before}ID${text.tail}`;
  assert.equal(text.bytes, whole.length - 2 + (text.body?.length ?? 0));
  return whole;
}

test('the head has what HTTP needs, once, and what the plan has, in order', () => {
  assert.equal(
    textOf({
      method: 'POST',
      headers: [
        ['B', '1'],
        ['A', ''],
        ['B', '2'],
      ],
      body: Buffer.from('é'),
    }),
    'POST / HTTP/1.1\r\nHost: shop.example\r\nX-Relevo-Load-Id: ID\r\nB: 1\r\nA: \r\nB: 2\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nÃ©',
  );
  assert.equal(
    textOf({
      headers: [
        ['host', 'other'],
        ['CONNECTION', 'x'],
        ['Content-Length', '9'],
        ['Transfer-Encoding', 'chunked'],
        ['x-relevo-load-id', 'mine'],
      ],
    }),
    'GET / HTTP/1.1\r\nX-Relevo-Load-Id: ID\r\nhost: other\r\nCONNECTION: x\r\n\r\n',
  );
  assert.match(textOf({ method: 'PUT' }), /\r\nContent-Length: 0\r\n/);
  assert.doesNotMatch(textOf({ method: 'DELETE' }), /Content-Length/);
});

test('ports and addresses stand in Host as in URLs', () => {
  const host = (changes: Partial<ResolvedRequest>, port: number) =>
    /Host: (.*)/.exec(textOf(changes, port))?.[1];
  assert.equal(host({}, 8080), 'shop.example:8080');
  assert.equal(host({ secure: true }, 443), 'shop.example');
  assert.equal(host({ secure: true }, 80), 'shop.example:80');
  assert.equal(host({ host: '::1' }, 80), '[::1]');
  assert.equal(host({ host: '[::1]' }, 81), '[::1]:81');
});

test('what may not stand in a URL is encoded, what is encoded stays', () => {
  const target = (text: string) => textOf({ target: text }).split(' ')[1];
  assert.equal(target('/a b?c=ñ&d=%20€{}'), '/a%20b?c=%C3%B1&d=%20%E2%82%AC%7B%7D');
  assert.equal(target("/~a-b_c.d!$&'()*+,;=:@%[]?/#there"), "/~a-b_c.d!$&'()*+,;=:@%[]?/");
  assert.equal(target('no/slash'), '/no/slash');
  assert.equal(target('*'), '*');
});

test('header values are bytes: ISO 8859-1, or UTF-8 where that does not do', () => {
  assert.match(textOf({ headers: [['X', 'ñ']] }), /\r\nX: ñ\r\n/);
  assert.ok(textOf({ headers: [['X', 'ñ€']] }).includes(`X: ${Buffer.from('ñ€').toString('latin1')}\r\n`));
});

test('a large body goes apart', () => {
  const text = requestText(loadRequest(80, { method: 'POST', body: Buffer.alloc(100_000) }));
  assert.ok(!('name' in text) && text.body?.length === 100_000 && text.tail === text.after);
});

test('what cannot be sent says why', () => {
  assert.match(textOf({ method: 'GET /' }), /ClientProtocolException: Method "GET \/"/);
  assert.match(textOf({ host: '' }), /URISyntaxException: Host name may not be empty/);
  assert.match(textOf({ host: 'a b' }), /URISyntaxException: Illegal character in host/);
  assert.match(textOf({ host: 'user@host' }), /URISyntaxException: Illegal character in host/);
  assert.match(textOf({}, 70_000), /URISyntaxException: Port 70000/);
  assert.match(textOf({}, Number.NaN), /URISyntaxException: Port NaN/);
  assert.match(textOf({ headers: [['a b', 'x']] }), /ClientProtocolException: Header name "a b"/);
});

test('names with other letters go as DNS knows them', () => {
  assert.match(textOf({ host: 'ñandú.example' }, 81), /\r\nHost: xn--and-6ma2c\.example:81\r\n/);
  assert.match(textOf({ host: 'a\u0000b' }), /Illegal character in host/);
});

test('no text of a plan can end a line of the head, or begin another request', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '\r', '\n', '\0', ' ', 'ñ', '€', '\u0a0d', 'Host: x', ':', '\x7f'),
    maxLength: 8,
  });
  const place = fc.constantFrom('method', 'target', 'host', 'name', 'value');
  let sent = 0;
  fc.assert(
    fc.property(text, place, (odd, where) => {
      const changed: typeof usual = { ...usual, [where]: odd };
      const { method, target, host, name, value } = changed;
      const result = requestText(loadRequest(80, { method, target, host, headers: [[name, value]] }));
      if ('name' in result) return;
      sent++;
      const lines = `${result.before}ID${result.after}`.split('\r\n');
      assert.equal(lines.length, 7);
      assert.doesNotMatch(lines.join(''), /[\r\n\0]|[^\0-\xff]/);
      assert.match(lines[0] ?? '', /^[A-Za-z]+ [!-~]+ HTTP\/1\.1$/);
      assert.match(lines[1] ?? '', /^Host: [!-~]+$/);
    }),
    { numRuns: 3_000 },
  );
  assert.ok(sent > 100);
});

const usual = { method: 'GET', target: '/', host: 'h', name: 'X', value: 'y' };
