import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieDate } from './cookie-date.ts';
import { CookieJar } from './cookie-jar.ts';
import { parseSetCookie } from './set-cookie.ts';

const start = Date.UTC(2030, 0, 1);
let now = start;

function jarWith(...cookies: [name: string, domain: string, path?: string, secure?: boolean][]): CookieJar {
  now = start;
  const settings = cookies.map(([name, domain, path = '', secure = false]) => ({
    name,
    value: '1',
    domain,
    path,
    secure,
  }));
  return new CookieJar({ id: 'j', clearEachIteration: false, cookies: settings }, () => now);
}

function place(url: string) {
  const { protocol, hostname, pathname, search } = new URL(url);
  return { secure: protocol === 'https:', host: hostname, target: pathname + search };
}

/** What is sent to the second URL after the first has set it. */
function sent(from: string, header: string, to: string): string {
  const jar = jarWith();
  jar.take(place(from), [header]);
  return jar.headerFor(place(to));
}

test('cookies go where RFC 6265 lets them', () => {
  for (const [from, header, to, expected] of [
    // 5.1.3 domains, 5.3 steps 5 and 6.
    ['http://a.example.com/', 'x=1', 'http://a.example.com/', 'x=1'],
    ['http://a.example.com/', 'x=1', 'http://b.a.example.com/', ''],
    ['http://a.example.com/', 'x=1', 'http://example.com/', ''],
    ['http://A.Example.com/', 'x=1', 'http://a.example.COM/', 'x=1'],
    ['http://a.example.com/', 'x=1; Domain=example.com', 'http://b.example.com/', 'x=1'],
    ['http://a.example.com/', 'x=1; domain=.EXAMPLE.com', 'http://example.com/', 'x=1'],
    ['http://a.example.com/', 'x=1; Domain=example.com', 'http://badexample.com/', ''],
    ['http://a.example.com/', 'x=1; Domain=b.example.com', 'http://b.example.com/', ''],
    ['http://a.example.com/', 'x=1; Domain=other.com', 'http://other.com/', ''],
    ['http://a.example.com/', 'x=1; Domain=com', 'http://a.example.com/', ''],
    ['http://localhost/', 'x=1; Domain=localhost', 'http://localhost/', 'x=1'],
    ['http://localhost/', 'x=1; Domain=localhost', 'http://a.localhost/', ''],
    ['http://1.2.3.4/', 'x=1; Domain=3.4', 'http://1.2.3.4/', ''],
    ['http://1.2.3.4/', 'x=1; Domain=1.2.3.4', 'http://1.2.3.4/', 'x=1'],
    ['http://[::1]/', 'x=1', 'http://[::1]/', 'x=1'],
    ['http://a.example.com/', 'x=1; Domain=', 'http://a.example.com/', 'x=1'],
    ['http://a.example.com:81/', 'x=1', 'http://a.example.com:82/', 'x=1'],
    // 5.1.4 paths.
    ['http://h/', 'x=1; Path=/foo', 'http://h/foo', 'x=1'],
    ['http://h/', 'x=1; Path=/foo', 'http://h/foo/bar', 'x=1'],
    ['http://h/', 'x=1; Path=/foo', 'http://h/foobar', ''],
    ['http://h/', 'x=1; Path=/foo/', 'http://h/foo/bar', 'x=1'],
    ['http://h/', 'x=1; Path=/foo/', 'http://h/foo', ''],
    ['http://h/', 'x=1; Path=/foo', 'http://h/foo?a=/b', 'x=1'],
    ['http://h/a/b/c', 'x=1', 'http://h/a/b', 'x=1'],
    ['http://h/a/b/c', 'x=1', 'http://h/a/c', ''],
    ['http://h/a', 'x=1', 'http://h/b', 'x=1'],
    ['http://h/a/b', 'x=1; Path=relative', 'http://h/a/x', 'x=1'],
    ['http://h/a/b?c=/d/e', 'x=1', 'http://h/b', ''],
    // 5.2.5 and RFC 6265bis: secure.
    ['https://h/', 'x=1; Secure', 'https://h/', 'x=1'],
    ['https://h/', 'x=1; Secure', 'http://h/', ''],
    ['http://h/', 'x=1; secure', 'https://h/', ''],
    // 5.2: what is no cookie, and what is odd but one.
    ['http://h/', 'x', 'http://h/', ''],
    ['http://h/', '=1', 'http://h/', ''],
    ['http://h/', ' x = 1 ; HttpOnly ; SameSite=Lax', 'http://h/', 'x=1'],
    ['http://h/', 'x="a b"', 'http://h/', 'x="a b"'],
    ['http://h/', 'x=a=b', 'http://h/', 'x=a=b'],
    ['http://h/', 'x=', 'http://h/', 'x='],
    ['http://h/', `x=${'1'.repeat(5_000)}`, 'http://h/', ''],
    // 5.2.1, 5.2.2: Max-Age goes before Expires; what is over was never there.
    ['http://h/', 'x=1; Max-Age=0', 'http://h/', ''],
    ['http://h/', 'x=1; Max-Age=-5', 'http://h/', ''],
    ['http://h/', 'x=1; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'http://h/', 'x=1'],
    ['http://h/', 'x=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'http://h/', ''],
    ['http://h/', 'x=1; Expires=never; Max-Age=x', 'http://h/', 'x=1'],
  ] as const)
    assert.equal(sent(from, header, to), expected, `${header} of ${from} for ${to}`);
});

test('longer paths come first, then older cookies; a new value takes the place of the old', () => {
  const jar = jarWith();
  const at = place('http://h/a/b/c');
  jar.take(at, ['one=1; Path=/', 'two=2; Path=/a', 'three=3; Path=/']);
  jar.take(at, ['one=new; Path=/', 'deep=4; Path=/a/b', 'one=other; Path=/a']);
  assert.equal(jar.headerFor(at), 'deep=4; two=2; one=other; one=new; three=3');
  jar.take(at, ['one=; Path=/a; Max-Age=0']);
  assert.equal(jar.headerFor(at), 'deep=4; two=2; one=new; three=3');
});

test('cookies end when their time is over', () => {
  const jar = jarWith();
  const at = place('http://h/');
  jar.take(at, ['short=1; Max-Age=10', 'long=1; Expires=Tue, 01 Jan 2030 00:01:00 GMT', 'session=1']);
  assert.equal(jar.headerFor(at), 'short=1; long=1; session=1');
  now += 10_000;
  assert.equal(jar.headerFor(at), 'long=1; session=1');
  now += 50_000;
  assert.equal(jar.headerFor(at), 'session=1');
});

test('the line to send follows every change of the jar, and the time', () => {
  const jar = jarWith(['plan', '']);
  const at = place('http://h/a');
  const lines = () => [jar.lineFor(at), jar.lineFor(at), jar.lineFor(place('http://h/'))];
  assert.deepEqual(lines(), Array(3).fill('\r\nCookie: plan=1'));
  jar.take(at, ['short=1; Path=/a; Max-Age=10']);
  const both = '\r\nCookie: short=1; plan=1';
  assert.deepEqual(lines(), [both, both, '\r\nCookie: plan=1']);
  now += 10_000;
  assert.equal(jar.lineFor(at), '\r\nCookie: plan=1');
  jar.take(at, ['x=1']);
  assert.equal(jar.lineFor(at), '\r\nCookie: plan=1; x=1');
  jar.clear();
  assert.equal(jar.lineFor(at), '\r\nCookie: plan=1');
});

test('cookies of the plan are there from the beginning, and again after clearing', () => {
  const jar = jarWith(
    ['all', ''],
    ['sub', 'example.com'],
    ['dotted', '.example.com', '/x'],
    ['safe', 'example.com', '/', true],
  );
  assert.equal(jar.headerFor(place('http://other/')), 'all=1');
  assert.equal(jar.headerFor(place('http://a.example.com/x')), 'dotted=1; all=1; sub=1');
  assert.equal(jar.headerFor(place('https://example.com/')), 'all=1; sub=1; safe=1');
  jar.take(place('http://example.com/'), ['sub=2; Domain=example.com', 'set=1']);
  assert.equal(jar.headerFor(place('http://example.com/')), 'all=1; sub=2; set=1');
  jar.clear();
  assert.equal(jar.headerFor(place('http://example.com/')), 'all=1; sub=1');
});

test('a server cannot fill the memory with cookies', () => {
  const jar = jarWith();
  const at = place('http://h/');
  jar.take(
    at,
    Array.from({ length: 4_000 }, (_, index) => `c${index}=1`),
  );
  const all = jar.headerFor(at).split('; ');
  assert.deepEqual([all.length, all[0]], [3_000, 'c1000=1']);
});

test('dates are read as RFC 6265 5.1.1 says', () => {
  const expected = Date.UTC(1994, 10, 6, 8, 49, 37);
  for (const text of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '8:49:37 6 november 94',
    '1994 6-Nov x8:0:0 08:49:37abc',
    'Sun, 06-Nov-1994 08:49:37 GMT; more 7 Dec',
  ])
    assert.equal(cookieDate(text), expected, text);
  assert.equal(cookieDate('1 Jan 70 0:0:0'), 0);
  assert.equal(cookieDate('1 Jan 69 0:0:0'), Date.UTC(2069, 0, 1));
  for (const text of [
    '',
    'tomorrow',
    '6 Nov 1994',
    'Nov 1994 08:49:37',
    '31 Feb 2030 1:1:1',
    '1 Jan 1600 1:1:1',
    '1 Jan 2030 24:0:0',
    '1 Jan 2030 1:60:0',
    '0 Jan 2030 1:1:1',
    '1 Jan 2030 1:1',
  ])
    assert.equal(cookieDate(text), undefined, text);
});

test('of attributes that come several times the last counts, and unknown ones do not', () => {
  assert.deepEqual(
    parseSetCookie('a=b; Path=/x; Path=/y; Domain=A.b; Partitioned; Max-Age=1; max-age=2', 1_000),
    {
      name: 'a',
      value: 'b',
      domain: 'a.b',
      path: '/y',
      secure: false,
      expiresAt: 3_000,
    },
  );
});
