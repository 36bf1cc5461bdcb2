import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileFaults } from '../../api/schema/file-faults.ts';
import { checkModel } from '../model-check.ts';
import { modelOfConfig } from './model-of-config.ts';
import { readConfig } from './read-config.ts';

const files: Readonly<Record<string, string>> = {
  'sorry.html': '<h1>Soon</h1>',
  'sorry.es.html': '<h1>Pronto</h1>',
  '504.http': 'HTTP/1.0 504 Gateway Time-out\r\nContent-Type: text/plain\r\n\r\ntoo late',
  'shop.pem': 'CERTIFICATE and KEY',
};

function read(text: string, statistics = true) {
  const { value: config, lineOf } = readConfig(text, 'lb.yaml');
  const { model, faults } = modelOfConfig(config, {
    ticketKeys: ['key'],
    pathOf: (name) => `/etc/lb/${name}`,
    readFile: (name) => {
      const file = files[name];
      if (file !== undefined) return file;
      throw new Error(`${name}: there is no such file`);
    },
    addressOf: (host) => (host === 'app.local' ? '10.0.0.7' : host),
    ...(statistics ? { statistics: { address: '127.0.0.1', port: 8404 } } : {}),
  });
  return { model, faults: faults.map(({ field, message }) => `${lineOf(field)} ${field}: ${message}`) };
}

const whole = `
frontends:
  - name: web
    bind: ["*:80", "[::1]:80"]
    defaultBackend: app
    limits: { body: 1000 }
    errorPages: [{ status: 504, file: 504.http }]
    routes:
      - { host: Shop.example.org, path: /api, backend: app, rewritePath: / }
      - { exactPath: /stats, statistics: true }
  - name: secure
    bind: ["127.0.0.1:443"]
    tls: [{ certificate: shop.pem }]
    routes: [{ redirect: http, redirectPort: 8080 }]
backends:
  - name: app
    balance: leastconn
    check: { http: { path: /healthz }, inter: 1s }
    perServer: { maxconn: 20, slowstart: 5s }
    persistence: { cookie: { name: SRV } }
    backup: { activate: { whenBusyAbove: 80% }, release: { after: 3s } }
    sorry:
      retryAfter: 9
      pages: [{ file: sorry.html }, { file: sorry.es.html, language: es }, { text: "{}", contentType: application/json }]
    servers:
      - { name: one, address: "127.0.0.1:5001", weight: 3, node: left }
      - { address: "app.local:5002", backup: true, maxconn: 5 }
accessLog: { file: access.log }
statistics: {}
`;

test('a whole configuration becomes a model', () => {
  const { model, faults } = read(whole);
  assert.deepEqual(faults, []);
  assert.deepEqual(checkModel(model), []);
  const [web, secure] = model.frontends;
  assert.deepEqual(web?.binds, [
    { address: '0.0.0.0', port: 80 },
    { address: '::1', port: 80 },
  ]);
  assert.deepEqual(web?.limits, { headBytes: 16_384, headers: 100, bodyBytes: 1_000 });
  assert.deepEqual(web?.errorPages, [{ status: 504, contentType: 'text/plain', body: 'too late' }]);
  const [api] = web?.routes ?? [];
  assert.deepEqual(api, {
    action: { type: 'backend', backend: 'app' },
    origin: 'frontends[0].routes[0]',
    host: 'shop.example.org',
    rewritePath: '/',
    path: { type: 'prefix', value: '/api' },
  });
  assert.deepEqual(secure?.binds[0]?.certificates, ['shop.pem']);
  assert.deepEqual(secure?.routes[0]?.action, { type: 'redirect', scheme: 'http', port: 8_080 });
  const [app, statistics] = model.backends;
  assert.equal(statistics?.name, 'statistics');
  assert.deepEqual(app?.servers, [
    {
      ...{ address: '127.0.0.1', port: 5_001, id: 'one', name: 'one', role: 'primary' },
      ...{ weight: 3, state: 'ready', node: 'left' },
    },
    {
      ...{ address: '10.0.0.7', port: 5_002, id: 'app.local:5002', name: 'app.local:5002', role: 'backup' },
      ...{ weight: 1, state: 'ready', maxconn: 5 },
    },
  ]);
  assert.equal(app?.backup?.whenBusyAbove, 0.8);
  assert.equal(app?.backup?.releaseAfterMs, 3_000);
  assert.deepEqual(
    app?.sorry.variants.map(({ contentType, language }) => [contentType, language]),
    [
      ['text/html', undefined],
      ['text/html', 'es'],
      ['application/json', undefined],
    ],
  );
  assert.deepEqual(model.accessLog, { format: 'httplog', file: '/etc/lb/access.log' });
});

test('cookies outlive a restart', () => {
  assert.equal(read(whole).model.secrets.cookieKey, read(whole).model.secrets.cookieKey);
});

test('what is not said is as in a BackendPolicy', () => {
  const { model } = read(`
frontends: [{ name: f, bind: [":1"], defaultBackend: b }]
backends: [{ name: b, servers: [{ address: "127.0.0.1:2" }] }]
`);
  const [backend] = model.backends;
  assert.equal(backend?.check, undefined);
  assert.deepEqual(backend?.observe, { failures: 3, ejectForMs: 2_000, maxEjected: 0.5 });
  assert.deepEqual(backend?.queue, { timeoutMs: 2_000, max: 1_000 });
  assert.deepEqual(backend?.timeouts, { connectMs: 1_000, serverMs: 30_000, tunnelMs: 3_600_000 });
});

test('every fault has its line', () => {
  const cases: [text: string, ...faults: RegExp[]][] = [
    ['frontends:\n - name: f\n   bind: [":1"\n', /^lb\.yaml:[34]: not valid YAML/],
    [
      'frontends:\n  - name: f\n    bind: [":1"]\n    port: 3\n',
      /^lb\.yaml:4: unknown field "frontends\[0\]\.port"/,
    ],
    ['frontends:\n  - name: f\n', /^lb\.yaml:2: .*bind/],
    ['frontends: []\n', /^lb\.yaml:1: .*frontends/],
    ['- 1\n', /^lb\.yaml:1: this is not a configuration: a map/],
    [
      'frontends: [{ name: f, bind: [":1"] }]\nbackends:\n  - name: b\n    check: { inter: 5 }\n    balance: best\n',
      /^lb\.yaml:4: .*backends\[0\]\.check\.inter/,
      /^lb\.yaml:5: .*backends\[0\]\.balance/,
    ],
  ];
  for (const [text, ...faults] of cases) {
    assert.throws(
      () => readConfig(text, 'lb.yaml'),
      (error) => {
        assert.ok(error instanceof FileFaults);
        for (const fault of faults) {
          assert.ok(
            error.faults.some((one) => fault.test(one)),
            `${fault} is not in ${error.message}`,
          );
        }
        return true;
      },
    );
  }
});

test('what only shows when it is read has its line, too', () => {
  const { faults } = read(
    `
frontends:
  - name: f
    bind: ["nowhere", ":70000"]
    tls: [{ certificate: missing.pem }]
    routes:
      - { path: /a, backend: b, redirect: https }
      - { path: /b, statistics: true }
backends:
  - name: b
    servers: [{ address: ":80" }, { address: "::1:80" }]
    perServer: { minconn: 5 }
    sorry: { pages: [{}] }
`,
    false,
  );
  const expected = [
    /^lb\.yaml:11 .*needs an address/,
    /^lb\.yaml:11 .*no ADDRESS:PORT/,
    /^lb\.yaml:10 .*perServer\.minconn and fullconn need each other/,
    /^lb\.yaml:13 .*exactly one of file and text/,
    /^lb\.yaml:4 .*no ADDRESS:PORT/,
    /^lb\.yaml:4 .*1 to 65535/,
    /^lb\.yaml:5 .*missing\.pem/,
    /^lb\.yaml:7 .*exactly one of/,
    /^lb\.yaml:8 .*add "statistics:"/,
  ];
  for (const fault of expected) {
    assert.ok(
      faults.some((one) => fault.test(one)),
      `${fault} is not in ${faults.join('\n')}`,
    );
  }
});
