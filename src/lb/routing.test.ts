import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PathMatch, Route } from './model.ts';
import { Router, rewritePath, routeKey, routesByPrecedence } from './routing.ts';

function route(host: string | undefined, path?: PathMatch, more: Partial<Route> = {}): Route {
  return { host, path, action: { type: 'backend', backend: 'b' }, ...more };
}

const prefix = (value: string): PathMatch => ({ type: 'prefix', value });
const exact = (value: string): PathMatch => ({ type: 'exact', value });

test('prefixes match whole segments, as in the table of the Ingress documentation', () => {
  const cases: [PathMatch, string, boolean][] = [
    [prefix('/'), '/anything', true],
    [prefix('/'), '/', true],
    [exact('/foo'), '/foo', true],
    [exact('/foo'), '/bar', false],
    [exact('/foo'), '/foo/', false],
    [exact('/foo/'), '/foo', false],
    [prefix('/foo'), '/foo', true],
    [prefix('/foo'), '/foo/', true],
    [prefix('/foo/'), '/foo', true],
    [prefix('/foo/'), '/foo/', true],
    [prefix('/aaa/bb'), '/aaa/bbb', false],
    [prefix('/aaa/bbb'), '/aaa/bbb', true],
    [prefix('/aaa/bbb/'), '/aaa/bbb', true],
    [prefix('/aaa/bbb'), '/aaa/bbb/', true],
    [prefix('/aaa/bbb'), '/aaa/bbb/ccc', true],
    [prefix('/aaa/bbb'), '/aaa/bbbxyz', false],
    [prefix('/a'), '/a%2Fb', false],
    [prefix('/a'), '/a;v=1', false],
    [prefix('/a'), '//a', false],
    [prefix('/a'), '/A', false],
    [prefix('/'), '*', false],
  ];
  for (const [match, path, expected] of cases) {
    const found = new Router([route(undefined, match)]).find('any.host', path);
    assert.equal(found !== undefined, expected, `${match.type} ${match.value} and ${path}`);
  }
});

test('the host decides before the path, and paths by their precision', () => {
  const routes = {
    anyExact: route(undefined, exact('/a/b')),
    any: route(undefined),
    wild: route('*.example.org', prefix('/a')),
    shop: route('shop.example.org', prefix('/a')),
    shopDeep: route('shop.example.org', prefix('/a/b')),
    shopExact: route('shop.example.org', exact('/a/b')),
  };
  const router = new Router(Object.values(routes));
  const cases: [string, string, Route][] = [
    ['shop.example.org', '/a/b', routes.shopExact],
    ['shop.example.org', '/a/b/c', routes.shopDeep],
    ['shop.example.org', '/a/x', routes.shop],
    ['news.example.org', '/a/b', routes.wild],
    ['a.news.example.org', '/a/b', routes.anyExact],
    ['example.org', '/a/c', routes.any],
    ['.example.org', '/a/c', routes.any],
    ['', '/a/c', routes.any],
  ];
  for (const [host, path, expected] of cases) assert.equal(router.find(host, path), expected, host + path);
});

test('what no path of a better host takes goes on to the next host', () => {
  const [any, wild] = [route(undefined, prefix('/')), route('*.example.org', prefix('/w'))];
  const router = new Router([route('a.example.org', prefix('/a')), wild, any]);
  assert.equal(router.find('a.example.org', '/w'), wild);
  assert.equal(router.find('a.example.org', '/x'), any);
});

test('of equals the earlier one wins, however a prefix is written', () => {
  const routes = [route('h', prefix('/a/')), route('h', prefix('/a'))];
  assert.equal(new Router(routes).find('h', '/a/b'), routes[0]);
  assert.deepEqual(routesByPrecedence(routes), [routes[0]]);
  assert.equal(routeKey(routes[0] as Route), routeKey(routes[1] as Route));
});

test('`*` of OPTIONS is taken by routes without a path only', () => {
  const all = route('h');
  assert.equal(new Router([route('h', prefix('/')), all]).find('h', '*'), all);
});

test('the order of precedence can be read from top to bottom', () => {
  const routes = [
    route('a.org', exact('/deep/er')),
    route('a.org', prefix('/deep/er')),
    route('b.org', prefix('/deep')),
    route('a.org', prefix('/')),
    route('a.org'),
    route('*.org', exact('/x')),
    route('*.org'),
    route(undefined, prefix('/deep')),
    route(undefined, prefix('/')),
    route(undefined),
  ];
  assert.deepEqual(routesByPrecedence(routes.toReversed()), routes);
});

const anyHost = fc.constantFrom(undefined, 'a.b', '*.b', 'x.a.b', '*.a.b', 'b');
const anyPath = fc
  .array(fc.constantFrom('a', 'b', 'ab', ''), { maxLength: 3 })
  .map((parts) => `/${parts.join('/')}`);
const anyMatch = fc.option(
  fc.record({ type: fc.constantFrom('exact' as const, 'prefix' as const), value: anyPath }),
  { nil: undefined },
);
const anyRoutes = fc.array(fc.record({ host: anyHost, path: anyMatch }), { maxLength: 12 });

/** What the words say, without any cleverness. */
function matches({ host, path }: Route, asked: string, askedPath: string): boolean {
  const [, ...rest] = asked.split('.');
  if (host !== undefined && host !== asked && host !== `*.${rest.join('.')}`) return false;
  if (!path) return true;
  if (path.type === 'exact') return path.value === askedPath;
  const wanted = path.value.endsWith('/') ? path.value : `${path.value}/`;
  return `${askedPath}/`.startsWith(wanted);
}

test('the router finds the first that matches in the order of precedence', () => {
  const anyAsked = fc.tuple(fc.constantFrom('a.b', 'b', 'x.a.b', 'y.a.b', 'c'), anyPath);
  fc.assert(
    fc.property(anyRoutes, anyAsked, (pairs, [host, path]) => {
      const routes = pairs.map((pair) => route(pair.host, pair.path));
      const found = new Router(routes).find(host, path);
      const first = routesByPrecedence(routes).find((one) => matches(one, host, path));
      assert.equal(found, first);
      assert.equal(found === undefined, !routes.some((one) => matches(one, host, path)));
    }),
    { numRuns: 500 },
  );
});

test('a path of thousands of slashes is looked up no longer than the longest prefix', () => {
  const home = route(undefined, prefix('/'));
  const router = new Router([home, route(undefined, prefix('/a/b'))]);
  assert.equal(router.find('', '/'.repeat(16_000)), home);
  assert.equal(router.find('', `/a/b${'/'.repeat(16_000)}`)?.path?.value, '/a/b');
});

test('a rewritten path keeps what did not match byte for byte', () => {
  const cases: [PathMatch | undefined, string | undefined, string, string][] = [
    [prefix('/a'), undefined, '/a/b', '/a/b'],
    [prefix('/a'), '/', '/a/b', '/b'],
    [prefix('/a'), '/', '/a', '/'],
    [prefix('/a'), '/', '/a/', '/'],
    [prefix('/a/'), '/x', '/a/b', '/x/b'],
    [prefix('/a'), '/x', '/a', '/x'],
    [prefix('/a'), '/x', '/a/', '/x/'],
    [prefix('/a'), '/x/', '/a/b', '/x/b'],
    [prefix('/a'), '/x/', '/a//b', '/x//b'],
    [prefix('/a'), '/x', '/a/b%2Fc%20;d/../%e2', '/x/b%2Fc%20;d/../%e2'],
    [prefix('/'), '/x', '/b', '/x/b'],
    [exact('/a'), '/x/y', '/a', '/x/y'],
    [undefined, '/x', '/b', '/x/b'],
    [undefined, '/x', '*', '*'],
  ];
  for (const [match, to, path, expected] of cases) {
    const rewritten = rewritePath(path, route(undefined, match, { rewritePath: to }));
    assert.equal(rewritten, expected, `${match?.value} to ${to}: ${path}`);
  }
});
