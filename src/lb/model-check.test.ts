import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackupRule } from './backup/activation.ts';
import type { Backend, Frontend, LbModel, Route, Server } from './model.ts';
import { checkModel } from './model-check.ts';

const server: Server = {
  ...{ id: 'uid-1', name: 'web-1', address: '10.0.0.1', port: 8080 },
  ...{ role: 'primary', weight: 1, state: 'ready' },
};
const backend: Backend = {
  ...{ name: 'web', mode: 'http', balance: 'roundrobin', servers: [server] },
  observe: { failures: 3, ejectForMs: 2_000, maxEjected: 0.5 },
  retries: { attempts: 2, redispatch: true },
  queue: { timeoutMs: 2_000, max: 1_000 },
  sorry: { retryAfterSeconds: 5, variants: [{ contentType: 'text/html', body: 'sorry' }] },
  ...{ drainMs: 30_000, timeouts: { connectMs: 1_000, serverMs: 30_000, tunnelMs: 3_600_000 } },
};
const route: Route = {
  ...{ host: 'shop.example.org', path: { type: 'prefix', value: '/' }, origin: 'default/shop' },
  action: { type: 'backend', backend: 'web' },
};
const frontend: Frontend = {
  ...{ name: 'edge', mode: 'http', binds: [{ address: '0.0.0.0', port: 443, certificates: ['shop'] }] },
  ...{ routes: [route], defaultBackend: 'web', trustedProxies: ['10.0.0.0/8'], proxyProtocolFrom: ['::1'] },
  limits: { headBytes: 16_384, headers: 100 },
  timeouts: { clientMs: 30_000, idleMs: 60_000 },
};
const model: LbModel = {
  ...{ frontends: [frontend], backends: [backend] },
  certificates: [{ name: 'shop', chain: 'PEM', key: 'PEM' }],
  secrets: { cookieKey: '', ticketKeys: [] },
};
const rule: BackupRule = {
  ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 300 },
  ...{ releaseBusyBelow: 0.7, releaseAfterMs: 10_000, start: 'hot', slowstart: false },
};

function problems(changed: Partial<LbModel>): readonly string[] {
  return checkModel({ ...model, ...changed }).map(
    ({ subject, kind, message }) => `${subject} (${kind}): ${message}`,
  );
}

const ofFrontend = (changed: Partial<Frontend>) => problems({ frontends: [{ ...frontend, ...changed }] });
const ofRoute = (changed: Partial<Route>) => ofFrontend({ routes: [{ ...route, ...changed }] });
const ofBackend = (changed: Partial<Backend>) => problems({ backends: [{ ...backend, ...changed }] });
const ofServer = (changed: Partial<Server>) => ofBackend({ servers: [{ ...server, ...changed }] });

test('a model in which all is well has no problems', () => {
  assert.deepEqual(problems({}), []);
  assert.deepEqual(ofBackend({ maxconn: 10, minconn: 1, fullconn: 50, backup: rule }), []);
  assert.deepEqual(ofRoute({ host: '*.example.org', path: undefined }), []);
  const check = { interMs: 1, timeoutMs: 1, rise: 1, fall: 1, http: { path: '/up', expect: '200' } };
  assert.deepEqual(ofBackend({ check, persistence: { name: 'SRV', mode: 'insert' } }), []);
});

const cases: readonly [string, readonly string[], RegExp][] = [
  [
    'a frontend twice',
    problems({ frontends: [frontend, { ...frontend, binds: [] }] }),
    /^edge \(other\): frontend "edge" is there twice/,
  ],
  [
    'a backend twice',
    problems({ backends: [backend, backend] }),
    /^web \(other\): backend "web" is there twice/,
  ],
  [
    'a certificate twice',
    problems({ certificates: [...model.certificates, ...model.certificates] }),
    /^shop \(certificate\)/,
  ],
  [
    'a bind twice',
    ofFrontend({ binds: [...frontend.binds, ...frontend.binds] }),
    /^edge \(bind\): 0\.0\.0\.0 port 443 .* "edge"/,
  ],
  [
    'a port that is none',
    ofFrontend({ binds: [{ address: '::', port: 65_536 }] }),
    /^edge \(bind\): port 65536/,
  ],
  ['no certificate', ofFrontend({ binds: [{ address: '::', port: 1, certificates: [] }] }), /empty list/],
  [
    'an unknown certificate',
    problems({ certificates: [] }),
    /^edge \(certificate\): certificate "shop" of port 443/,
  ],
  [
    'an unknown default backend',
    ofFrontend({ defaultBackend: 'gone' }),
    /^edge \(other\): backend "gone" does not exist/,
  ],
  ['a backend of another mode', ofFrontend({ mode: 'tcp', routes: [] }), /backend "web" is of mode http/],
  [
    'a peer that is none',
    ofFrontend({ trustedProxies: ['10.0.0.0/40'] }),
    /"10\.0\.0\.0\/40" in trustedProxies/,
  ],
  [
    'a route to no backend',
    ofRoute({ action: { type: 'backend', backend: 'x' } }),
    /^default\/shop \(other\): backend "x"/,
  ],
  [
    'a host with a port',
    ofRoute({ host: 'shop.example.org:80' }),
    /^default\/shop \(other\): host "shop\.example\.org:80"/,
  ],
  ['a host in capitals', ofRoute({ host: 'Shop' }), /host "Shop"/],
  ['a star that is no label', ofRoute({ host: 'a.*.org' }), /host "a\.\*\.org"/],
  ['a path without a slash', ofRoute({ path: { type: 'exact', value: 'a' } }), /path "a" does not begin/],
  ['a target without a slash', ofRoute({ rewritePath: '' }), /path "" to rewrite to/],
  [
    'a host and path twice',
    ofFrontend({ routes: [route, { ...route, origin: 'default/other' }] }),
    /^default\/other \(other\): host shop\.example\.org path \/ is already taken by "default\/shop"/,
  ],
  [
    'a server twice',
    ofBackend({ servers: [server, { ...server, name: 'web-2' }] }),
    /^web \(server\): server "web-2" \(id uid-1\)/,
  ],
  [
    'a server without an address',
    ofServer({ address: 'web.local' }),
    /^web \(server\): server "web-1": address "web\.local"/,
  ],
  ['a server on port 0', ofServer({ port: 0 }), /port 0 is not one of 1 to 65535/],
  ['a weight that is too much', ofServer({ weight: 257 }), /weight 257/],
  ['a server that takes nothing', ofServer({ maxconn: 0 }), /maxconn 0 is not 1 or more/],
  ['half a request', ofBackend({ maxconn: 1.5 }), /^web \(other\): maxconn 1\.5/],
  ['minconn alone', ofBackend({ minconn: 1, maxconn: 5 }), /does nothing without fullconn/],
  ['minconn without maxconn', ofBackend({ minconn: 1, fullconn: 5 }), /does nothing without maxconn/],
  [
    'minconn over maxconn',
    ofBackend({ minconn: 9, maxconn: 5, fullconn: 5 }),
    /minconn 9 is more than maxconn 5/,
  ],
  ['backups without maxconn', ofBackend({ backup: rule }), /without maxconn saturation cannot be measured/],
  [
    'a share above 1',
    ofBackend({ maxconn: 5, backup: { ...rule, whenReadyBelow: 100 } }),
    /whenReadyBelow 100/,
  ],
  [
    'a busy share of 0',
    ofBackend({ maxconn: 5, backup: { ...rule, releaseBusyBelow: 0 } }),
    /releaseBusyBelow 0/,
  ],
  [
    'release above activation',
    ofBackend({ maxconn: 5, backup: { ...rule, releaseBusyBelow: 1 } }),
    /releaseBusyBelow 1 is over/,
  ],
  ['an ejected share', ofBackend({ observe: { ...backend.observe, maxEjected: 2 } }), /maxEjected 2/],
  ['no failures', ofBackend({ observe: { ...backend.observe, failures: 0 } }), /failures 0/],
  ['a cookie that is none', ofBackend({ persistence: { name: 'a b', mode: 'prefix' } }), /cookie name "a b"/],
  [
    'a media type that is none',
    ofBackend({ sorry: { retryAfterSeconds: 5, variants: [{ contentType: 'html', body: '' }] } }),
    /^web \(page\): sorry page html/,
  ],
  [
    'a page that is too large',
    ofBackend({
      sorry: {
        retryAfterSeconds: 5,
        variants: [{ contentType: 'text/html', language: 'es', body: '€'.repeat(30_000) }],
      },
    }),
    /^web \(page\): sorry page text\/html \(es\) has 90000 bytes, more than 65536/,
  ],
];

for (const [title, found, expected] of cases) {
  test(`the check of a model finds ${title}, and nothing else`, () => {
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', expected);
  });
}

test('the check of a model finds what is wrong with health checks', () => {
  const check = { interMs: 1, timeoutMs: 1, rise: 0, fall: 1, http: { path: 'up', expect: '2xx' } };
  assert.equal(ofBackend({ check }).length, 3);
});

test('servers with limits of their own make saturation measurable', () => {
  assert.deepEqual(ofBackend({ backup: rule, servers: [{ ...server, maxconn: 5 }] }), []);
});

test('routes in mode tcp, and cookies there, are said to do nothing', () => {
  const tcp = { ...backend, mode: 'tcp', persistence: { name: 'SRV', mode: 'insert' } } as const;
  const found = problems({ frontends: [{ ...frontend, mode: 'tcp' }], backends: [tcp] });
  assert.equal(found.length, 2, found.join('\n'));
});

test('any free port may be asked for twice', () => {
  const binds = [1, 2].map(() => ({ address: '127.0.0.1', port: 0 }));
  assert.deepEqual(ofFrontend({ binds }), []);
});
