import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cookieValue, insertedCookie, readInserted, readPrefixed, withPrefix } from './cookie-value.ts';

const key = Buffer.alloc(32, 1);
const value = cookieValue(key, 'pod-uid-1');

test('a value names the server to who has the key, and nobody else', () => {
  assert.equal(value, cookieValue(Buffer.alloc(32, 1), 'pod-uid-1'));
  assert.match(value, /^[A-Za-z0-9_-]{16}$/);
  assert.notEqual(value, cookieValue(Buffer.alloc(32, 2), 'pod-uid-1'));
  assert.notEqual(value, cookieValue(key, 'pod-uid-2'));
});

test('an inserted cookie is for the whole site, not for scripts, and over TLS only for TLS', () => {
  assert.equal(insertedCookie('SRV', value, false), `SRV=${value}; Path=/; HttpOnly; SameSite=Lax`);
  assert.equal(insertedCookie('SRV', value, true), `SRV=${value}; Path=/; HttpOnly; SameSite=Lax; Secure`);
});

test('the cookie that was inserted is read and taken out, others stay as they came', () => {
  const cases: [string, string | undefined, string | undefined][] = [
    ['SRV=x', 'x', undefined],
    ['a=1; SRV=x; b="2; 3"', 'x', 'a=1; b="2; 3"'],
    ['SRV=x; a=1', 'x', 'a=1'],
    ['a=1;SRV=x;b=2', 'x', 'a=1;b=2'],
    ['SRV=x; SRV=y', 'x', undefined],
    ['srv=x; SRV2=x; XSRV=x', undefined, 'srv=x; SRV2=x; XSRV=x'],
    ['a=SRV=x', undefined, 'a=SRV=x'],
    ['SRV', undefined, 'SRV'],
    ['SRV=', '', undefined],
    ['', undefined, ''],
  ];
  for (const [field, read, rest] of cases) {
    const { value: found, field: left } = readInserted(field, 'SRV');
    assert.deepEqual([found, left], [read, rest], field);
  }
});

test('the prefix is read and taken out of the cookie that has it', () => {
  const cases: [string, string | undefined, string][] = [
    [`JSESSIONID=${value}~ABC`, value, 'JSESSIONID=ABC'],
    [`a=1; JSESSIONID=${value}~A~B; c=${value}~D`, value, `a=1; JSESSIONID=A~B; c=${value}~D`],
    [`JSESSIONID= ${value}~"A B"`, value, 'JSESSIONID= "A B"'],
    [`JSESSIONID=${value}~A; JSESSIONID=${value}~B`, value, 'JSESSIONID=A; JSESSIONID=B'],
    ['JSESSIONID=ABC', undefined, 'JSESSIONID=ABC'],
    ['JSESSIONID=short~ABC', undefined, 'JSESSIONID=short~ABC'],
    [`other=${value}~ABC`, undefined, `other=${value}~ABC`],
  ];
  for (const [field, read, rest] of cases) {
    const { value: found, field: left } = readPrefixed(field, 'JSESSIONID');
    assert.deepEqual([found, left], [read, rest], field);
  }
});

test('only the Set-Cookie of the cookie that is meant gets the prefix', () => {
  const prefixed = `JSESSIONID=${value}~ABC; Path=/shop; HttpOnly`;
  assert.equal(withPrefix('JSESSIONID=ABC; Path=/shop; HttpOnly', 'JSESSIONID', value), prefixed);
  assert.equal(withPrefix('other=JSESSIONID=ABC', 'JSESSIONID', value), 'other=JSESSIONID=ABC');
  assert.equal(withPrefix('jsessionid=ABC', 'JSESSIONID', value), 'jsessionid=ABC');
});

test('what the application sets comes back to it as it was, whatever it is', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aZ9-_~=" .'.split('')), maxLength: 30 });
  fc.assert(
    fc.property(text, (own) => {
      const [pair = ''] = withPrefix(`ID=${own}; Path=/`, 'ID', value).split(';');
      assert.deepEqual(readPrefixed(pair, 'ID'), { value, field: `ID=${own}` });
    }),
  );
});
