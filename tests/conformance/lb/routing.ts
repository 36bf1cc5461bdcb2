// Which backend a request goes to, by its host and path, and what is changed on the way.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Backend, Frontend, Route } from '../../../src/lb/model.ts';
import { EngineWorld, type Subject } from '../../support/lb/engine-world.ts';
import { backendOf, frontendOf, modelOf, serverOf } from '../../support/lb/models.ts';
import { Origin } from '../../support/lb/origin.ts';
import type { Rule } from './rules.ts';

const names = ['any', 'shop', 'deep', 'exact', 'wild'];
const to = (backend: string) => ({ type: 'backend', backend }) as const;
const routes: Route[] = [
  { host: 'shop.example.org', path: { type: 'prefix', value: '/' }, action: to('shop') },
  { host: 'shop.example.org', path: { type: 'prefix', value: '/a/b' }, action: to('deep') },
  { host: 'shop.example.org', path: { type: 'exact', value: '/a/b' }, action: to('exact') },
  { host: '*.example.org', path: { type: 'prefix', value: '/' }, action: to('wild') },
];

async function edge(t: TestContext, subject: Subject, more: Partial<Frontend>) {
  const origins = await Promise.all(names.map((name) => Origin.start(t, name)));
  const world = await EngineWorld.open(t, subject);
  await world.applyModel(
    modelOf(
      [frontendOf(world.port, { defaultBackend: 'any', ...more })],
      origins.map((origin) => backendOf([serverOf(origin)], { name: origin.name })),
    ),
  );
  const seen = (name: string) => origins.find((origin) => origin.name === name)?.seen.at(-1);
  return { world, origins, seen };
}

/** One application behind three rewritten paths. */
async function rewriting(t: TestContext, subject: Subject, persistence?: Backend['persistence']) {
  const { world, origins } = await edge(t, subject, {
    routes: [
      { path: { type: 'prefix', value: '/app' }, action: to('shop'), rewritePath: '/' },
      { path: { type: 'prefix', value: '/old' }, action: to('shop'), rewritePath: '/v2' },
      { path: { type: 'prefix', value: '/' }, action: to('shop'), rewritePath: '/v3' },
    ],
  });
  const backends = world.model.backends.map((backend) => ({ ...backend, persistence }));
  await world.applyModel({ ...world.model, backends });
  return { world, origins };
}

export function routingRules(rule: Rule): void {
  rule('the best match of host and path wins', async (t, subject) => {
    const { world } = await edge(t, subject, { routes });
    const cases: [string, string, string][] = [
      ['shop.example.org', '/', 'shop'],
      ['SHOP.example.org:8080', '/x', 'shop'],
      ['shop.example.org', '/a/b', 'exact'],
      ['shop.example.org', '/a/b/', 'deep'],
      ['shop.example.org', '/a/b/c?d=/a/b', 'deep'],
      ['shop.example.org', '/a/bc', 'shop'],
      ['news.example.org', '/a/b', 'wild'],
      ['very.deep.example.org', '/', 'any'],
      ['example.org', '/', 'any'],
    ];
    for (const [host, path, wanted] of cases) {
      assert.equal((await world.ask({ headers: { host }, path })).server, wanted, `${host}${path}`);
    }
  });

  rule('what no route takes is a 404 where there is no default', async (t, subject) => {
    const { world } = await edge(t, subject, { routes, defaultBackend: undefined });
    assert.equal((await world.ask({ headers: { host: 'other.org' } })).status, 404);
  });

  rule('a rewritten path keeps the rest, encoded slashes and the query', async (t, subject) => {
    const [route] = [
      { path: { type: 'prefix', value: '/app' }, action: to('shop'), rewritePath: '/v2' } as const,
    ];
    const { world, seen } = await edge(t, subject, { routes: [route] });
    for (const [path, wanted] of [
      ['/app/x%2Fy?q=/app', '/v2/x%2Fy?q=/app'],
      ['/app', '/v2'],
      ['/app/', '/v2/'],
    ] as const) {
      await world.ask({ path });
      assert.equal(seen('shop')?.url, wanted);
    }
    const bare = { ...route, rewritePath: '/' } as const;
    await world.applyModel({
      ...world.model,
      frontends: world.model.frontends.map((frontend) => ({ ...frontend, routes: [bare] })),
    });
    await world.ask({ path: '/app/x' });
    assert.equal(seen('shop')?.url, '/x');
  });

  rule('what an application behind a rewritten path says of its own paths comes back', async (t, subject) => {
    const { world, origins } = await rewriting(t, subject);
    for (const [prefix, said, seen] of [
      ['/app', '/login?to=/x', '/app/login?to=/x'],
      ['/app', '/', '/app/'],
      ['/app', '/app/login', '/app/login'],
      ['/app', 'login', 'login'],
      ['/app', '//other.org/login', '//other.org/login'],
      ['/app', 'https://other.org/login', 'https://other.org/login'],
      ['/app', 'http://shop.example.org/login', 'http://shop.example.org/app/login'],
      ['/old', '/v2/login', '/old/login'],
      ['/old', '/v2', '/old'],
      ['/old', '/login', '/login'],
      ['/', '/v3/login', '/login'],
      ['/', '/v3?a', '/?a'],
      ['/', '/v3//other.org', '/v3//other.org'],
    ] as const) {
      for (const origin of origins) [origin.status, origin.headers] = [302, { location: said }];
      const { headers } = await world.ask({ path: prefix, headers: { host: 'shop.example.org' } });
      assert.equal(headers.location, seen, `${said} under ${prefix}`);
    }
  });

  rule('cookies of an application behind a rewritten path get its public path', async (t, subject) => {
    const { world, origins } = await rewriting(t, subject, { name: 'SRV', mode: 'insert' });
    const said = ['a=1; Path=/; HttpOnly', 'b=2;path=/x', 'c=3', '__Host-d=4; Path=/', 'e=5; Path=/app/y'];
    for (const origin of origins) origin.headers = { 'set-cookie': said };
    const setCookies = async (path: string) => (await world.ask({ path })).headers['set-cookie'] ?? [];
    const [own] = (await setCookies('/app')).filter((one) => one.startsWith('SRV='));
    assert.match(String(own), /; Path=\/;/);
    assert.deepEqual(
      (await setCookies('/app')).filter((one) => !one.startsWith('SRV=')),
      ['a=1; Path=/app; HttpOnly', 'b=2;path=/app/x', 'c=3', '__Host-d=4; Path=/', 'e=5; Path=/app/y'],
    );
    for (const origin of origins) origin.headers = { 'set-cookie': ['a=1; Path=/v2; Secure', 'b=2; Path=/'] };
    assert.deepEqual((await setCookies('/old')).slice(0, 2), ['a=1; Path=/old; Secure', 'b=2; Path=/']);
  });

  rule('encoded slashes, double slashes and semicolons are kept as they are', async (t, subject) => {
    const { world, seen } = await edge(t, subject, { routes });
    for (const path of ['/a%2Fb', '/a//b', '/a;v=1/b', '/%E2%82%AC', "/a'b(c)"]) {
      await world.ask({ path });
      assert.equal(seen('any')?.url, path);
    }
  });

  rule('headers are set, added and removed both ways', async (t, subject) => {
    const { world, origins, seen } = await edge(t, subject, {
      routes: [
        {
          action: to('shop'),
          requestHeaders: [
            { action: 'set', name: 'X-Tenant', value: 'acme "quoted" %[src] \\' },
            { action: 'remove', name: 'X-Secret' },
          ],
          responseHeaders: [
            { action: 'set', name: 'Strict-Transport-Security', value: 'max-age=1; includeSubDomains' },
            { action: 'add', name: 'X-Extra', value: 'two' },
            { action: 'remove', name: 'X-Powered-By' },
          ],
        },
      ],
    });
    for (const origin of origins) origin.headers = { 'X-Powered-By': 'magic', 'X-Extra': 'one' };
    const { headers } = await world.ask({ headers: { 'x-secret': '1', 'x-tenant': 'forged' } });
    assert.equal(seen('shop')?.headers['x-tenant'], 'acme "quoted" %[src] \\');
    assert.equal(seen('shop')?.headers['x-secret'], undefined);
    assert.equal(headers['strict-transport-security'], 'max-age=1; includeSubDomains');
    assert.equal(headers['x-extra'], 'one, two');
    assert.equal(headers['x-powered-by'], undefined);
  });

  rule('a redirect keeps host, path and query', async (t, subject) => {
    const { world } = await edge(t, subject, {
      routes: [{ action: { type: 'redirect', scheme: 'https', port: 443 } }],
    });
    const { status, headers } = await world.ask({
      path: '/a%2Fb?c=d',
      headers: { host: 'shop.example.org:8080' },
    });
    assert.equal(status, 308);
    assert.equal(headers.location, 'https://shop.example.org/a%2Fb?c=d');
  });

  rule('a route that leads nowhere says so, and the others go on', async (t, subject) => {
    const { world } = await edge(t, subject, {
      routes: [
        ...routes,
        {
          path: { type: 'prefix', value: '/broken' },
          action: { type: 'respond', status: 503, reason: 'no Service' },
        },
      ],
    });
    assert.equal((await world.ask({ path: '/broken/x' })).status, 503);
    assert.equal((await world.ask({ path: '/fine' })).server, 'any');
  });
}
