import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { modelOfConfig } from '../config/model-of-config.ts';
import { readConfig } from '../config/read-config.ts';
import { checkModel } from '../model-check.ts';
import { parseHaproxyFile, wordsOf } from './haproxy-file.ts';
import { importHaproxy } from './import-haproxy.ts';
import { toManifests } from './to-manifests.ts';

const example = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../../../examples/balancer', name), 'utf8');

/** What `lb run` makes of it. */
function modelOf(text: string) {
  const { config, report } = importHaproxy(text);
  const { value: read } = readConfig(stringify(config), 'imported.yaml');
  const { model, faults } = modelOfConfig(read, {
    pathOf: (name) => name,
    ticketKeys: [],
    readFile: (name) => `HTTP/1.0 503 Oops\r\nContent-Type: text/html\r\n\r\n<p>${path.basename(name)}</p>`,
    addressOf: (host) => host,
    statistics: { address: '127.0.0.1', port: 8404 },
  });
  assert.deepEqual(faults, []);
  assert.deepEqual(checkModel(model), []);
  return { model, report };
}

test('words are told apart as HAProxy does', () => {
  assert.deepEqual(wordsOf(`\tacl is_a path_beg /a\\ b "quoted # x" 'sin\\gle' # comment`), [
    ...['acl', 'is_a', 'path_beg', '/a b', 'quoted # x', 'sin\\gle'],
  ]);
  assert.deepEqual(wordsOf('   # nothing'), []);
});

test('sections know which defaults they are from', () => {
  const { sections, stray } = parseHaproxyFile('x\ndefaults a\nfrontend f from a\n bind :1\n');
  assert.deepEqual(
    sections.map(({ kind, name, from, lines }) => [kind, name, from, lines.length]),
    [
      ['defaults', 'a', undefined, 0],
      ['frontend', 'f', 'a', 1],
    ],
  );
  assert.equal(stray[0]?.number, 1);
});

test('the first file that people write loses nothing', () => {
  const { model, report } = modelOf(example('two-servers.cfg'));
  assert.deepEqual(report.left, []);
  assert.ok(report.notNeeded.some(({ text }) => text.startsWith('chroot')));
  const [frontend] = model.frontends;
  const backend = model.backends.find(({ name }) => name === 'webservers');
  assert.deepEqual(
    backend?.servers.map(({ name, address, port }) => [name, address, port]),
    [
      ['webserver1', '127.0.0.1', 8001],
      ['webserver2', '127.0.0.1', 8002],
    ],
  );
  assert.equal(backend?.balance, 'roundrobin');
  assert.equal(backend?.check?.http?.path, '/');
  assert.equal(backend?.timeouts.serverMs, 50_000);
  assert.deepEqual(backend?.sorry.variants, [{ contentType: 'text/html', body: '<p>503.http</p>' }]);
  assert.deepEqual(
    frontend?.errorPages?.map(({ status }) => status),
    [400, 403, 408, 500, 502, 504],
  );
  const statistics = frontend?.routes.map(({ path: where }) => where?.value);
  assert.deepEqual(statistics?.slice(0, 2), ['/haproxy', '/haproxy;csv']);
});

test('the second one loses nothing either', () => {
  const { model, report } = modelOf(example('full-servers.cfg'));
  assert.deepEqual(report.left, []);
  const [backend] = model.backends;
  assert.equal(backend?.fullconn, 20);
  assert.deepEqual([backend?.minconn, backend?.maxconn], [1, 10]);
  assert.deepEqual(backend?.persistence, { name: 'JSESSIONID', mode: 'prefix' });
});

const overflow = `
defaults
  mode http
frontend www
  bind :80
  acl busy be_conn(app) ge 16
  use_backend more if busy || { nbsrv(app) lt 1 }
  default_backend app
backend app
  server s1 127.0.0.1:1 check maxconn 10
  server s2 127.0.0.1:2 check maxconn 10
backend more
  server b1 127.0.0.1:3 check
`;

test('servers that are asked when others are busy are backups', () => {
  const { model } = modelOf(overflow);
  assert.equal(model.backends.length, 1);
  const [backend] = model.backends;
  assert.deepEqual(
    backend?.servers.map(({ name, role }) => [name, role]),
    [
      ['s1', 'primary'],
      ['s2', 'primary'],
      ['b1', 'backup'],
    ],
  );
  assert.equal(backend?.backup?.whenBusyAbove, 0.75);
  assert.equal(backend?.backup?.whenReadyBelow, 0.5);
  assert.equal(backend?.backup?.busyForMs, 0);
});

test('hosts and paths become routes', () => {
  const { model, report } = modelOf(`
frontend www
  bind :80
  acl shop hdr(host) -i Shop.example.org www.shop.example.org
  acl api path_beg /api/ /v2
  use_backend api if shop api
  use_backend pics if { path /logo.png } or { hdr_end(host) .img.example.org }
  use_backend none if !shop
  default_backend web
backend web
  server a 127.0.0.1:1
backend api
  server a 127.0.0.1:2
backend pics
  server a 127.0.0.1:3
backend none
  server a 127.0.0.1:4
`);
  const places = model.frontends[0]?.routes.map(({ host, path: where }) => [host, where?.type, where?.value]);
  assert.deepEqual(places, [
    ['shop.example.org', 'prefix', '/api'],
    ['shop.example.org', 'prefix', '/v2'],
    ['www.shop.example.org', 'prefix', '/api'],
    ['www.shop.example.org', 'prefix', '/v2'],
    [undefined, 'exact', '/logo.png'],
    ['*.img.example.org', undefined, undefined],
  ]);
  assert.deepEqual(
    report.left.map(({ number, why }) => [number, why]),
    [[8, 'negated conditions are not supported']],
  );
});

test('what is not understood is named with its line, and the rest is taken', () => {
  const { model, report } = modelOf(`
listen both
  bind 127.0.0.1:80 weird
  balance uri
  option httpchk HEAD /up HTTP/1.1\\r\\nHost:\\ example.org
  timeout check 3s
  frobnicate
  server a 127.0.0.1:1 check inter 2s backup send-proxy
  server b 127.0.0.1:2 check inter 4s disabled weight 7
resolvers dns
  nameserver one 127.0.0.1:53
`);
  assert.deepEqual(
    report.left.map(({ number }) => number),
    [3, 4, 7, 8, 9, 10, 11],
  );
  const [backend] = model.backends;
  assert.deepEqual(
    backend?.servers.map(({ role, state, weight }) => [role, state, weight]),
    [
      ['backup', 'ready', 1],
      ['primary', 'maint', 7],
    ],
  );
  assert.deepEqual(backend?.check, {
    ...{ interMs: 2_000, timeoutMs: 3_000, rise: 2, fall: 2 },
    http: { method: 'HEAD', path: '/up', host: 'example.org', expect: '200-399' },
  });
});

test('as manifests: a Service, slices by port, weight and role, a policy', () => {
  const { config } = importHaproxy(overflow);
  const { manifests, left } = toManifests(config, new Map());
  assert.deepEqual(left, []);
  assert.deepEqual(
    manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    ['Service/app', 'EndpointSlice/app-1', 'EndpointSlice/app-2', 'EndpointSlice/app-3', 'BackendPolicy/app'],
  );
  const labels = manifests[3]?.metadata.labels as Record<string, string>;
  assert.equal(labels['relevo.dev/role'], 'backup');
});
