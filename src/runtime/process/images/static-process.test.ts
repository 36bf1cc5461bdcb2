import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../../tests/support/eventually.ts';
import { freePort } from '../../../../tests/support/free-port.ts';
import { exitOf, openWorld, said, shell } from '../../../../tests/support/process-world.ts';
import { temporaryFolder, writeFiles } from '../../../../tests/support/temporary-folder.ts';

/** relevo/static over the files, mounted as a volume. */
async function serve(t: TestContext, files: Record<string, string>) {
  const folder = writeFiles(path.join(temporaryFolder(t), 'site'), files);
  const { runtime } = await openWorld(t);
  const port = await freePort();
  const image = await runtime.resolveImage({ image: 'relevo/static', policy: 'Always' });
  const mounts = [{ source: folder, target: '/usr/share/relevo', readOnly: true }];
  const ports = [{ containerPort: port, protocol: 'TCP' as const }];
  const started = await runtime.startContainer('pod-1', {
    ...shell(''),
    command: undefined,
    image,
    mounts,
    ports,
  });
  await eventually(async () => (await said(runtime, started.id)).some((line) => line.includes('serves')));
  const get = (target: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${target}`, { redirect: 'manual', ...init });
  return { folder, runtime, started, port, get };
}

test('files are served with their types, folders with their index', async (t) => {
  const { get } = await serve(t, {
    'index.html': 'home',
    'sub/index.html': 'sub',
    'a b.css': 'css',
    raw: 'raw',
  });
  for (const [target, body, type] of [
    ['/', 'home', 'text/html; charset=utf-8'],
    ['/?x=1', 'home', 'text/html; charset=utf-8'],
    ['/sub/', 'sub', 'text/html; charset=utf-8'],
    ['/a%20b.css', 'css', 'text/css; charset=utf-8'],
    ['/raw', 'raw', 'application/octet-stream'],
  ] as const) {
    const response = await get(target);
    assert.deepEqual([await response.text(), response.headers.get('content-type')], [body, type], target);
  }
  const folder = await get('/sub?x=1');
  assert.deepEqual([folder.status, folder.headers.get('location')], [301, '/sub/?x=1']);
  assert.equal((await get('/none')).status, 404);
  assert.equal((await get('/', { method: 'POST' })).status, 405);
  const head = await get('/', { method: 'HEAD' });
  assert.deepEqual([head.headers.get('content-length'), await head.text()], ['4', '']);
});

test('what has not changed is not sent again', async (t) => {
  const { folder, get } = await serve(t, { x: 'one' });
  const first = await get('/x');
  const tag = first.headers.get('etag') ?? '';
  const since = first.headers.get('last-modified') ?? '';
  assert.equal((await get('/x', { headers: { 'if-none-match': tag } })).status, 304);
  assert.equal((await get('/x', { headers: { 'if-modified-since': since } })).status, 304);
  writeFileSync(path.join(folder, 'x'), 'longer');
  const changed = await get('/x', { headers: { 'if-none-match': tag, 'if-modified-since': since } });
  assert.deepEqual([changed.status, await changed.text()], [200, 'longer']);
});

test('no path leads out of the folder, and links in it work as a ConfigMap has them', async (t) => {
  const { folder, port, get } = await serve(t, { 'x.html': 'x' });
  writeFileSync(path.join(folder, '..', 'secret'), 'secret');
  mkdirSync(path.join(folder, '..data'));
  writeFileSync(path.join(folder, '..data', 'key'), 'value');
  symlinkSync('..data/key', path.join(folder, 'key'));
  assert.equal(await (await get('/key')).text(), 'value');
  for (const target of [
    '/../secret',
    '/%2e%2e/secret',
    '/..%2fsecret',
    '/x/..%5c..%5csecret',
    '/%00',
    '/%zz',
    '/..data/key',
  ])
    assert.match(await raw(port, target), /^HTTP\/1.1 400 /, target);
});

test('SIGTERM ends it once its requests are answered', async (t) => {
  const { runtime, started } = await serve(t, { x: 'x' });
  await runtime.stopContainer(started.id, { graceMs: 30_000 });
  assert.equal((await exitOf(runtime, started)).exitCode, 0);
});

/** A request whose path nobody tidied up. */
async function raw(port: number, target: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  return text(socket);
}
