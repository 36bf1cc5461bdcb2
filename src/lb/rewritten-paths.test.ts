import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Route } from './model.ts';
import { outsidePath, type PathMapping, pathMapping, withOutsidePath } from './rewritten-paths.ts';
import { rewritePath } from './routing.ts';

function routeOf(value: string, to: string, type: 'prefix' | 'exact' = 'prefix'): Route {
  return { path: { type, value }, rewritePath: to, action: { type: 'backend', backend: 'b' } };
}

const mapping = (value: string, to: string) => pathMapping(routeOf(value, to)) as PathMapping;

const paths: readonly (readonly [prefix: string, to: string, said: string, seen: string])[] = [
  ['/shop', '/', '/login', '/shop/login'],
  ['/shop', '/', '/', '/shop/'],
  ['/shop', '/', '', '/shop'],
  ['/shop', '/', '?q=/a', '/shop?q=/a'],
  ['/shop', '/', '/a%2Fb/../c?d=/e#/f', '/shop/a%2Fb/../c?d=/e#/f'],
  ['/shop/', '/', '/login', '/shop/login'],
  // It knows how it is asked.
  ['/shop', '/', '/shop/login', '/shop/login'],
  ['/shop', '/', '/shop', '/shop'],
  ['/shop', '/', '/shopping', '/shop/shopping'],
  ['/shop', '/v2', '/v2/login', '/shop/login'],
  ['/shop', '/v2', '/v2', '/shop'],
  ['/shop', '/v2/', '/v2?a', '/shop?a'],
  ['/shop', '/v2', '/v22', '/v22'],
  ['/shop', '/v2', '/login', '/login'],
  ['/app', '/app/v2', '/app/v2/x', '/app/x'],
  ['/', '/v2', '/v2/login', '/login'],
  ['/', '/v2', '/v2', '/'],
  ['/', '/v2', '/v2?a', '/?a'],
  // It would be another host.
  ['/', '/v2', '/v2//evil.test/a', '/v2//evil.test/a'],
  ['/', '/v2', '/v2/\\evil.test/a', '/v2/\\evil.test/a'],
];
for (const [prefix, to, said, seen] of paths) {
  test(`with ${prefix} rewritten to ${to}, "${said}" is "${seen}" to users`, () => {
    assert.equal(outsidePath(said, mapping(prefix, to)), seen);
  });
}

test('only where one prefix became another there is a way back', () => {
  assert.equal(pathMapping(routeOf('/a', '/b', 'exact')), undefined);
  assert.equal(pathMapping(routeOf('/a/', '/a')), undefined);
  assert.equal(pathMapping({ action: { type: 'backend', backend: 'b' } }), undefined);
});

const cookies: readonly (readonly [said: string, seen: string])[] = [
  ['a=b; Path=/', 'a=b; Path=/shop'],
  ['a=b;path=/;HttpOnly', 'a=b;path=/shop;HttpOnly'],
  ['a=b; Path=/x; Secure', 'a=b; Path=/shop/x; Secure'],
  ['a=b; Path=/shop; Secure', 'a=b; Path=/shop; Secure'],
  ['a=b; Path=/; Path=/y', 'a=b; Path=/; Path=/shop/y'],
  ['a=b; Secure', 'a=b; Secure'],
  ['a=b; Path=x', 'a=b; Path=x'],
  ['Path=/; Secure', 'Path=/; Secure'],
  ['__Host-a=b; Path=/; Secure', '__Host-a=b; Path=/; Secure'],
];
for (const [said, seen] of cookies) {
  test(`Set-Cookie: ${said} comes to users of /shop as ${seen}`, () => {
    assert.equal(withOutsidePath(said, mapping('/shop', '/')), seen);
  });
}

test('whatever a user asks for comes back as it was asked', () => {
  const segment = fc.constantFrom('a', 'b', 'c%2Fd');
  const anyPath = fc.array(segment, { maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(anyPath, anyPath, anyPath, (prefix, to, rest) => {
      const route = routeOf(prefix, to);
      const back = pathMapping(route);
      if (back === undefined) return;
      const asked = back.outside + rest;
      const inside = rewritePath(asked, route);
      // One that is under both is taken for what users see.
      if (back.outside.startsWith(back.inside) && inside.startsWith(back.outside)) return;
      assert.equal(outsidePath(inside, back), asked);
    }),
  );
});
